import { pushTo } from '../../base/tables/pushTo';
import type { Mapping, UnmappedCode } from '../../model/location';
import type { OperationKey } from '../../model/operation';
import { CAUSES, isNeutral } from './causes';
import { evidenceSnippet, type EvidenceSnippet } from './evidenceSnippets';

/** An operation with its answer. */
export interface ReportedOperation {
  readonly key: OperationKey;
  readonly mapping: Mapping;
}

/** Operations by what became of them. `library`: made by libraries, so that they need no place. */
export interface MappingCounts {
  readonly mapped: number;
  readonly ambiguous: number;
  readonly unmapped: number;
  readonly library: number;
}

export interface ServiceReport extends MappingCounts {
  readonly service: string;
}

/** An operation without a place. */
export interface UnplacedReport<O extends ReportedOperation> {
  readonly operation: O;
  readonly text: string;
  /** What can be done about it, one sentence. */
  readonly nextStep?: string;
}

/** Operations that have no place for the same reason. */
export interface ReasonReport<O extends ReportedOperation> {
  readonly code: UnmappedCode;
  /** `Several places fit equally well`. */
  readonly text: string;
  readonly isNeutral: boolean;
  /** What helps most of them. */
  readonly nextStep?: string;
  /** Changes that would give evidence, one a language. */
  readonly snippets: readonly EvidenceSnippet[];
  readonly operations: readonly UnplacedReport<O>[];
}

export interface MappingReport<O extends ReportedOperation> extends MappingCounts {
  /** By name. */
  readonly services: readonly ServiceReport[];
  /** Most operations first, those that are no fault last. */
  readonly reasons: readonly ReasonReport<O>[];
}

/** What has a place and what has none, by reason and by service, each with its next step. */
export function mappingReportOf<O extends ReportedOperation>(operations: readonly O[]): MappingReport<O> {
  const services = [...new Set(operations.map(({ key }) => key.service))].sort();
  const byCode = new Map<UnmappedCode, O[]>();
  for (const operation of operations) {
    if (operation.mapping.status === 'mapped') continue;
    const { code } = operation.mapping.reason;
    pushTo(byCode, code, operation);
  }
  return {
    ...counts(operations),
    services: services.map((service) => ({
      service,
      ...counts(operations.filter(({ key }) => key.service === service)),
    })),
    reasons: [...byCode]
      .map(([code, members]) => reasonReport(code, members))
      .sort(
        (a, b) =>
          Number(a.isNeutral) - Number(b.isNeutral) ||
          b.operations.length - a.operations.length ||
          (a.code < b.code ? -1 : 1),
      ),
  };
}

function counts(operations: readonly ReportedOperation[]): MappingCounts {
  const found = { mapped: 0, ambiguous: 0, unmapped: 0, library: 0 };
  for (const { mapping } of operations) {
    if (mapping.status !== 'mapped' && isNeutral(mapping.reason.code)) found.library++;
    else found[mapping.status]++;
  }
  return found;
}

function reasonReport<O extends ReportedOperation>(code: UnmappedCode, members: readonly O[]): ReasonReport<O> {
  const operations = members.map((operation): UnplacedReport<O> => {
    const { text, cure } = (operation.mapping as Exclude<Mapping, { status: 'mapped' }>).reason;
    return { operation, text, ...(cure === undefined ? {} : { nextStep: cure }) };
  });
  const nextStep = commonest(operations.flatMap((operation) => operation.nextStep ?? []));
  const snippets = new Set(members.flatMap(({ key }) => evidenceSnippet(key, code) ?? []));
  return {
    code,
    text: CAUSES[code],
    isNeutral: isNeutral(code),
    ...(nextStep === undefined ? {} : { nextStep }),
    snippets: [...snippets],
    operations,
  };
}

function commonest(texts: readonly string[]): string | undefined {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return [...times].sort(([, a], [, b]) => b - a)[0]?.[0];
}
