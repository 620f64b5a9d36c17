import path from 'node:path';
import { toLine1 } from '../base/positions';
import type { Evidence, Mapping, SourceLocation } from '../model/location';
import { explainedRows, type ExplainedAnswer } from './mappingExplanation';
import type { OperationRequest } from './mappingRequest';
import { printable } from './printable';

/** Attributes are quoted in names, evidence and reasons; a person reads no more of them than this. */
const MAX_NAME = 200;
const MAX_SENTENCE = 500;

/** One answer of `spanlight map`; files relative to the workspace with `/`, lines 1-based. */
export interface MappingAnswer {
  readonly id: string | number;
  /** Only at display confidence, and never one of several equals. */
  readonly location: { file: string; line: number; endLine: number; symbol: string; confidence: number } | null;
  readonly candidates: readonly { file: string; line: number; confidence: number }[];
  readonly evidence: readonly Evidence[];
  /** Where the spans were recorded in other code than that of now: `measured at 3f2c1ab, function changed since`. */
  readonly measured?: string;
  /** Why there is no location; null where there is one. */
  readonly reason: string | null;
}

/** A mapping in the words of the command line. */
export function mappingAnswer(id: string | number, mapping: Mapping, workspace: string): MappingAnswer {
  const file = (location: SourceLocation): string => path.relative(workspace, location.file).split(path.sep).join('/');
  const others = mapping.status === 'mapped' ? mapping.alternatives : mapping.candidates;
  const location = mapping.status === 'mapped' ? mapping.location : undefined;
  return {
    id,
    location: location
      ? {
          file: file(location),
          line: toLine1(location.line),
          endLine: toLine1(location.range.endLine),
          symbol: location.symbol,
          confidence: round(location.confidence),
        }
      : null,
    candidates: others.map((other) => ({
      file: file(other),
      line: toLine1(other.line),
      confidence: round(other.confidence),
    })),
    evidence: (location ? location.evidence : others.flatMap((other) => other.evidence)).map((evidence) => ({
      ...evidence,
      confidence: round(evidence.confidence),
    })),
    ...(location?.measured === undefined ? {} : { measured: location.measured.text }),
    reason: mapping.status === 'mapped' ? null : [mapping.reason.text, mapping.reason.cure].filter(Boolean).join(' '),
  };
}

/** The answers for a person, one block each, and a count at the end. */
export function mappingText(
  answers: readonly (MappingAnswer & Partial<ExplainedAnswer>)[],
  requests: readonly OperationRequest[],
): string {
  const rows: string[] = [];
  answers.forEach((answer, i) => {
    const { key } = requests[i]!;
    rows.push(`${printable(key.service, MAX_NAME)} ${key.kind} ${printable(key.name, MAX_NAME)}`);
    const { location } = answer;
    if (location === null) rows.push(`  – ${printable(answer.reason ?? '', MAX_SENTENCE)}`);
    else {
      const symbol = printable(location.symbol, MAX_NAME);
      rows.push(`  ${printable(location.file)}:${location.line} ${symbol} (${location.confidence})`);
    }
    if (answer.measured !== undefined) rows.push(`    ${printable(answer.measured, MAX_SENTENCE)}`);
    for (const { text, confidence } of answer.evidence) {
      rows.push(`    matched by ${printable(text, MAX_SENTENCE)}, ${confidence}`);
    }
    const { considered, misses, history } = answer;
    if (considered && misses && history)
      rows.push(...explainedRows({ considered, misses, history }, (text) => printable(text, MAX_SENTENCE)));
  });
  const mapped = answers.filter(({ location }) => location !== null).length;
  rows.push(`${mapped} of ${answers.length} operations mapped.`);
  return `${rows.join('\n')}\n`;
}

function round(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
