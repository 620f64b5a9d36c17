import path from 'node:path';
import { toLine1 } from '../base/positions';
import type { Evidence } from '../model/location';
import type { ConsideredAs, MappingExplanation } from '../source/explain';

/** What `--explain` adds to an answer; files relative to the workspace with `/`, lines 1-based. */
export interface ExplainedAnswer {
  readonly considered: readonly {
    readonly file: string;
    readonly line: number;
    readonly symbol: string;
    readonly confidence: number;
    readonly as: ConsideredAs;
    readonly evidence: readonly Evidence[];
  }[];
  /** What evidence that led nowhere says. */
  readonly misses: readonly string[];
  /** How the code that the spans were recorded in compares with that of now. */
  readonly history: readonly string[];
}

/** An explanation in the words of the command line. */
export function explainedAnswer(explained: MappingExplanation, workspace: string): ExplainedAnswer {
  const relative = (file: string): string => path.relative(workspace, file).split(path.sep).join('/');
  const { lostPick } = explained;
  const lost =
    lostPick && `Picked was ${lostPick.place.symbol} in ${relative(lostPick.place.file)}, which is no longer there.`;
  return {
    considered: explained.considered.map(({ location, as }) => ({
      file: relative(location.file),
      line: toLine1(location.line),
      symbol: location.symbol,
      confidence: Math.round(location.confidence * 1000) / 1000,
      as,
      evidence: location.evidence,
    })),
    misses: [
      ...(lost === undefined ? [] : [lost]),
      ...explained.misses.map(({ text, cure }) => (cure === undefined ? text : `${text} ${cure}`)),
    ],
    history: explained.history ?? [],
  };
}

const AS: Readonly<Record<ConsideredAs, string>> = {
  shown: 'the answer',
  equal: 'fits as well as others',
  weaker: 'fits less well',
  weak: 'too uncertain',
  rejected: 'said not to be its code',
  guess: 'a guess by its name alone',
};

/** The same as rows for a person; `printable` cuts and cleans what comes from outside. */
export function explainedRows(
  { considered, misses, history }: ExplainedAnswer,
  printable: (text: string) => string,
): string[] {
  return [
    ...considered.flatMap(({ file, line, symbol, confidence, as, evidence }) => [
      `    considered ${printable(file)}:${line} ${printable(symbol)} (${confidence}), ${AS[as]}`,
      ...evidence.map(({ text }) => `      ${printable(text)}`),
    ]),
    ...misses.map((miss) => `    missed: ${printable(miss)}`),
    ...history.map((sentence) => `    history: ${printable(sentence)}`),
  ];
}
