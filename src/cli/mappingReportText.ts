import type { MappingCounts, MappingReport, ReportedOperation } from '../source/report/mappingReport';
import type { EvidenceSnippet } from '../source/report/evidenceSnippets';
import type { OperationRequest } from './mappingRequest';
import { printable } from './printable';

type Reported = OperationRequest & ReportedOperation;

const MAX_NAME = 200;
const MAX_SENTENCE = 500;

/** The report of `spanlight map --report --format json`. */
export interface ReportAnswer extends MappingCounts {
  readonly services: MappingReport<Reported>['services'];
  readonly reasons: readonly {
    readonly code: string;
    readonly text: string;
    readonly nextStep: string | null;
    readonly snippets: readonly EvidenceSnippet[];
    readonly operations: readonly {
      readonly id: string | number;
      readonly service: string;
      readonly kind: string;
      readonly name: string;
      readonly text: string;
      readonly nextStep: string | null;
    }[];
  }[];
}

export function reportAnswer(report: MappingReport<Reported>): ReportAnswer {
  const { mapped, ambiguous, unmapped, library, services } = report;
  return {
    mapped,
    ambiguous,
    unmapped,
    library,
    services,
    reasons: report.reasons.map(({ code, text, nextStep, snippets, operations }) => ({
      code,
      text,
      nextStep: nextStep ?? null,
      snippets,
      operations: operations.map(({ operation: { id, key }, text: why, nextStep: next }) => ({
        id,
        service: key.service,
        kind: key.kind,
        name: key.name,
        text: why,
        nextStep: next ?? null,
      })),
    })),
  };
}

/** The same for a person. */
export function reportText(report: MappingReport<Reported>): string {
  const rows = [sentence(report), ''];
  for (const service of report.services) rows.push(`  ${printable(service.service, MAX_NAME)}: ${sentence(service)}`);
  for (const { text, nextStep, snippets, operations } of report.reasons) {
    rows.push('', `${text} (${operations.length})`);
    if (nextStep !== undefined) rows.push(`  Next: ${printable(nextStep, MAX_SENTENCE)}`);
    for (const { operation, text: why, nextStep: own } of operations) {
      const { service, kind, name } = operation.key;
      const said = own === undefined || own === nextStep ? why : `${why} ${own}`;
      rows.push(
        `  ${printable(service, MAX_NAME)} ${kind} ${printable(name, MAX_NAME)}: ${printable(said, MAX_SENTENCE)}`,
      );
    }
    for (const snippet of snippets) rows.push(`  ${snippet.text}`, ...indented(snippet.code));
  }
  return `${rows.join('\n')}\n`;
}

function sentence({ mapped, ambiguous, unmapped, library }: MappingCounts): string {
  const total = mapped + ambiguous + unmapped;
  const more = library === 0 ? '' : ` ${library} more are made by libraries and need no place.`;
  return `${mapped} of ${total} operations mapped, ${ambiguous} ambiguous, ${unmapped} unmapped.${more}`;
}

function indented(code: string): string[] {
  return code
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`);
}
