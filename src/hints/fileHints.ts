import type { Hint, HintPart, HintSettings, HintState } from '../model/hint';
import type { SourceLocation } from '../model/location';
import type { OperationStats } from '../model/operation';
import { calleeName } from './callee';
import { worse } from './severity';
import { trendGlyphs } from './trend';
import { callsiteWords, failureWords, ownerWords, partsText, statesOf, type Words } from './words';

/** An operation, what is known of it in the window, and the place it was mapped to. */
export interface PlacedOperation {
  readonly stats: OperationStats;
  readonly location: SourceLocation;
  /** Whom a call goes to, if traces say it better than the span's own attributes. */
  readonly callee?: string;
  /** For messages sent: operations that handle them. */
  readonly consumers?: number;
  /** Signs beyond those that follow from the numbers. */
  readonly states?: readonly HintState[];
  /** Set where the location is not that of the operation, but the line at which its latest failure was thrown. */
  readonly failure?: { readonly message: string };
}

type Group = 'owner' | 'callsite' | 'failure';

/**
 * The hints of one file, one a line. Operations at the same line and anchor share its words: the one with the most total
 * time is worded, the others are counted (`+2 more`). Where they share a line, the function comes before the call, and the
 * call before what is thrown.
 *
 * @param placed operations located in this file; those without calls in the window give no hint.
 */
export function fileHints(placed: readonly PlacedOperation[], settings: HintSettings): Hint[] {
  const lines = new Map<number, { [G in Group]?: PlacedOperation[] }>();
  for (const operation of placed) {
    if (operation.stats.count === 0) continue;
    const { line } = operation.location;
    const slot: Group = operation.failure === undefined ? operation.location.anchor : 'failure';
    let groups = lines.get(line);
    if (groups === undefined) lines.set(line, (groups = {}));
    const group = groups[slot];
    if (group === undefined) groups[slot] = [operation];
    else group.push(operation);
  }
  return [...lines.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { owner, callsite, failure }]) => {
      const hints = [
        owner && hintOf(byTotalTime(owner), settings),
        callsite && hintOf(byTotalTime(callsite), settings),
        failure && failureHint(failure, settings),
      ].filter((hint) => hint !== undefined);
      return hints.length === 1 ? hints[0]! : hints.reduce(joined);
    });
}

/** Most total time first; equal ones in a fixed order, so that the words do not flicker. */
export function byTotalTime(operations: readonly PlacedOperation[]): readonly PlacedOperation[] {
  if (operations.length < 2) return operations;
  return [...operations].sort(
    (a, b) => b.stats.totalNs - a.stats.totalNs || (a.stats.id < b.stats.id ? -1 : a.stats.id > b.stats.id ? 1 : 0),
  );
}

/** Whether both show the same: then nothing needs to be drawn anew. */
export function sameHints(a: readonly Hint[], b: readonly Hint[]): boolean {
  return a.length === b.length && a.every((hint, index) => sameHint(hint, b[index]!));
}

/** A hint as one line of text. */
export function hintText(hint: Hint): string {
  const words = partsText(hint.parts);
  return hint.trend === '' ? words : `${words}  ${hint.trend}`;
}

function hintOf(group: readonly PlacedOperation[], settings: HintSettings): Hint {
  const first = group[0]!;
  const { stats, location } = first;
  const states = [...statesOf(stats), ...driftOf(location), ...(first.states ?? [])];
  const words = wordsOf(first, settings, states);
  return {
    line: location.line,
    anchor: location.anchor,
    parts:
      group.length === 1 ? words.parts : [...words.parts, { text: ` · +${group.length - 1} more`, severity: 'normal' }],
    trend: settings.trend ? trendGlyphs(stats.trend) : '',
    severity: words.severity,
    states,
    symbol: location.symbol,
    operations: group.map((operation) => operation.stats.id),
  };
}

/** An exception passes through many operations; the line that throws it is worded once, by the one that fails most. */
function failureHint(group: readonly PlacedOperation[], settings: HintSettings): Hint {
  const byErrors = byTotalTime(group).toSorted((a, b) => b.stats.errorCount - a.stats.errorCount);
  const { stats, location, failure } = byErrors[0]!;
  const { parts, severity } = failureWords(stats, settings, failure?.message ?? '');
  const operations = byErrors.map((operation) => operation.stats.id);
  const { line, symbol } = location;
  const states = [...statesOf(stats), ...driftOf(location)];
  const words = [...parts, ...measuredWords(location)];
  return { line, anchor: 'callsite', parts: words, trend: '', severity, states, symbol, operations };
}

function joined(first: Hint, second: Hint): Hint {
  return {
    ...first,
    parts: [...first.parts, { text: '   ', severity: 'normal' }, ...second.parts],
    severity: worse(first.severity, second.severity),
    states: [...new Set([...first.states, ...second.states])],
    operations: [...first.operations, ...second.operations],
  };
}

function wordsOf(operation: PlacedOperation, settings: HintSettings, states: readonly HintState[]): Words {
  const { stats, location } = operation;
  const callee = operation.callee ?? calleeName(stats.key);
  const { parts, severity } =
    location.anchor === 'owner'
      ? ownerWords(stats, settings, states)
      : callsiteWords(stats, settings, states, callee, operation.consumers ?? 0);
  return { parts: [...parts, ...measuredWords(location)], severity };
}

function driftOf({ measured }: SourceLocation): HintState[] {
  return measured?.state === 'changed' ? ['drifted'] : [];
}

/** ` · at 3f2c1ab` where the code is another now. */
function measuredWords({ measured }: SourceLocation): HintPart[] {
  return measured?.state === 'changed' ? [{ text: ` · ${measured.label}`, severity: 'normal' }] : [];
}

function sameHint(a: Hint, b: Hint): boolean {
  return (
    a.line === b.line &&
    a.anchor === b.anchor &&
    a.trend === b.trend &&
    a.severity === b.severity &&
    a.parts.length === b.parts.length &&
    a.states.length === b.states.length &&
    a.parts.every((part, i) => part.text === b.parts[i]!.text && part.severity === b.parts[i]!.severity) &&
    a.states.every((state, i) => state === b.states[i])
  );
}
