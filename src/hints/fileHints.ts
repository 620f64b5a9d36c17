import type { Hint, HintSettings, HintState } from '../model/hint';
import type { SourceLocation } from '../model/location';
import type { OperationStats } from '../model/operation';
import { calleeName } from './callee';
import { worse } from './severity';
import { trendGlyphs } from './trend';
import { callsiteWords, ownerWords, partsText, statesOf, type Words } from './words';

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
}

/**
 * The hints of one file, one a line. Operations at the same line and anchor share its words: the one with the most total
 * time is worded, the others are counted (`+2`). Where a function and a call share a line, the function comes first.
 *
 * @param placed operations located in this file; those without calls in the window give no hint.
 */
export function fileHints(placed: readonly PlacedOperation[], settings: HintSettings): Hint[] {
  const lines = new Map<number, { owner?: PlacedOperation[]; callsite?: PlacedOperation[] }>();
  for (const operation of placed) {
    if (operation.stats.count === 0) continue;
    const { line, anchor } = operation.location;
    let groups = lines.get(line);
    if (groups === undefined) lines.set(line, (groups = {}));
    const group = groups[anchor];
    if (group === undefined) groups[anchor] = [operation];
    else group.push(operation);
  }
  return [...lines.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { owner, callsite }]) => {
      const own = owner && hintOf(byTotalTime(owner), settings);
      const call = callsite && hintOf(byTotalTime(callsite), settings);
      return own && call ? joined(own, call) : (own ?? call!);
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
  const states = first.states === undefined ? statesOf(stats) : [...statesOf(stats), ...first.states];
  const words = wordsOf(first, settings, states);
  return {
    line: location.line,
    anchor: location.anchor,
    parts: group.length === 1 ? words.parts : [...words.parts, { text: ` +${group.length - 1}`, severity: 'normal' }],
    trend: settings.trend ? trendGlyphs(stats.trend) : '',
    severity: words.severity,
    states,
    symbol: location.symbol,
    operations: group.map((operation) => operation.stats.id),
  };
}

function joined(owner: Hint, call: Hint): Hint {
  return {
    ...owner,
    parts: [...owner.parts, { text: '   ', severity: 'normal' }, ...call.parts],
    severity: worse(owner.severity, call.severity),
    states: [...new Set([...owner.states, ...call.states])],
    operations: [...owner.operations, ...call.operations],
  };
}

function wordsOf(operation: PlacedOperation, settings: HintSettings, states: readonly HintState[]): Words {
  const { stats, location } = operation;
  if (location.anchor === 'owner') return ownerWords(stats, settings, states);
  const callee = operation.callee ?? calleeName(stats.key);
  return callsiteWords(stats, settings, states, callee, operation.consumers ?? 0);
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
