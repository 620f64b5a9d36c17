import { formatDuration, formatErrorRate } from '../../base/format';
import type { HintSettings } from '../../model/hint';
import type { HoverSection, TextSpan, ThemeKind } from '../../model/hover';
import type { Exemplar, OperationStats } from '../../model/operation';
import { calleeName } from '../callee';
import type { PlacedOperation } from '../fileHints';
import { errorSeverity, latencySeverity } from '../severity';
import { listWords, minimumCalls, partsText, percentileName } from '../words';
import { distributionChart } from './distributionChart';
import { forgetLink, notThisCodeLink } from './whyHover';
import { exactCount, formatRate, formatShare, shorten } from '../text';

/** What the traces say about an operation beyond its own numbers. */
export interface OperationSurroundings {
  /** Where a call's time goes, largest share first; shares of 1. */
  readonly spentIn: readonly { readonly label: string; readonly callsPerCall: number; readonly share: number }[];
  /** Share of the time that is in no child. */
  readonly ownShare: number;
  /** Who calls, most often first; shares of 1. */
  readonly calledBy: readonly { readonly label: string; readonly share: number }[];
}

/** Below this a row of the breakdown is noise. */
const SMALLEST_SHARE = 0.01;
const LONGEST_LIST = 4;
const MINUTE_MS = 60_000;
const MARKED = [50, 95, 99];

/**
 * The hover of a function or call with data: the operation with the most total time in full, the others a row each.
 *
 * @param operations not empty, most total time first.
 */
export function operationHover(
  operations: readonly PlacedOperation[],
  surroundings: OperationSurroundings | undefined,
  settings: HintSettings,
  theme: ThemeKind,
): HoverSection[] {
  const first = operations[0]!;
  const { stats } = first;
  const marked = MARKED.filter((percentile) => stats.count >= minimumCalls(percentile, settings));
  const chart = distributionChart(stats, marked, theme);
  const rows = [
    numbersRow(stats, marked, settings),
    ...stateRows(stats),
    ...measuredRows(first),
    ...surroundingRows(surroundings),
    openRow(stats),
    whyRow(first),
  ];
  const sections: HoverSection[] = [
    { rows: [titleRow(first, settings)] },
    { rows, ...(chart === undefined ? {} : { chart }) },
  ];
  const others = operations.slice(1);
  if (others.length > 0) sections.push({ rows: otherRows(others, settings) });
  return sections;
}

function titleRow({ stats, location, callee, failure }: PlacedOperation, settings: HintSettings): TextSpan[] {
  const { key } = stats;
  if (failure !== undefined) {
    const message = failure.message === '' ? 'thrown here' : shorten(failure.message);
    return [
      { text: `✗ ${message}`, style: 'error' },
      {
        text: `  by ${shorten(key.name)} · ${shorten(key.service)} · last ${settings.windowMinutes} min`,
        style: 'muted',
      },
    ];
  }
  const name = location.anchor === 'owner' ? key.name : `→ ${callee ?? calleeName(key)} · ${key.name}`;
  const about = [shorten(key.service), key.kind.toLowerCase(), `last ${settings.windowMinutes} min`];
  return [
    { text: shorten(name), style: 'strong' },
    { text: `  ${about.join(' · ')}`, style: 'muted' },
  ];
}

function numbersRow(stats: OperationStats, marked: readonly number[], settings: HintSettings): TextSpan[] {
  const row: TextSpan[] = [];
  for (const percentile of marked) {
    const value = stats.latency.quantile(percentile / 100);
    // The thresholds are meant for p95; see the words of the hint.
    const severity = percentile <= 95 ? latencySeverity(value, stats.key.kind, settings) : 'normal';
    row.push(coloredSpan(`${percentileName(percentile)} ${formatDuration(value)}   `, severity));
  }
  if (stats.latency.count > 0) row.push({ text: `max ${formatDuration(stats.latency.max)}   ` });
  // How often something is called does not follow from a sample.
  const rate = stats.exact ? formatRate(stats.count, observedMinutes(stats, settings) * MINUTE_MS) : 'in the sample';
  row.push({ text: `${exactCount(stats.count)} ${stats.count === 1 ? 'call' : 'calls'} (${rate})` });
  if (stats.errorCount > 0) {
    const share = (formatErrorRate(stats.errorCount, stats.count) ?? '').replace(/ err$| failed$/, '');
    const severity = errorSeverity(stats.errorCount, stats.count, stats.key.kind, settings);
    row.push({ text: '   ' }, coloredSpan(`${exactCount(stats.errorCount)} failed (${share})`, severity));
  }
  return row;
}

/** Since the first call of the window: a service that was started a minute ago has its rate of that minute. */
function observedMinutes({ trend }: OperationStats, settings: HintSettings): number {
  const first = trend.findIndex((point) => point.count > 0);
  return first < 0 ? settings.windowMinutes : (settings.windowMinutes * (trend.length - first)) / trend.length;
}

function stateRows(stats: OperationStats): TextSpan[][] {
  const rows: TextSpan[][] = [];
  if (stats.isStale === true) {
    rows.push([{ text: '⧖ The backend did not answer; these are the numbers it gave last.', style: 'muted' }]);
  }
  if (stats.exact && stats.estimate === undefined) return rows;
  const why = stats.estimate ?? 'some spans were sampled out or dropped';
  const text = stats.exact
    ? `≈ All calls are counted, but percentiles are estimates: ${why}.`
    : `≈ Estimated from ${exactCount(stats.latency.count)} calls: ${why}.`;
  return [...rows, [{ text, style: 'muted' }]];
}

/** On what code it was measured, where that is another than now, or cannot be told. */
function measuredRows({ location: { measured } }: PlacedOperation): TextSpan[][] {
  if (measured === undefined) return [];
  const text = `${measured.text.charAt(0).toUpperCase()}${measured.text.slice(1)}.`;
  return [[{ text, style: measured.state === 'changed' ? 'warning' : 'muted' }]];
}

function surroundingRows(surroundings: OperationSurroundings | undefined): TextSpan[][] {
  if (surroundings === undefined) return [];
  const rows: TextSpan[][] = [];
  const spent = surroundings.spentIn.filter((part) => part.share >= SMALLEST_SHARE).slice(0, LONGEST_LIST);
  if (spent.length > 0) {
    const parts = spent.map((part) => {
      const times = part.callsPerCall >= 1.5 ? ` ×${Math.round(part.callsPerCall)}` : '';
      return `${shorten(part.label, 60)}${times} ${formatShare(part.share)}`;
    });
    parts.push(`own code ${formatShare(surroundings.ownShare)}`);
    rows.push(labelled('Where the time goes', [{ text: parts.join('  ·  ') }]));
  }
  const callers = surroundings.calledBy.slice(0, LONGEST_LIST);
  if (callers.length > 0) {
    const parts = callers.map((caller) => `${shorten(caller.label, 60)} (${formatShare(caller.share)})`);
    rows.push(labelled('Called by', [{ text: parts.join(', ') }]));
  }
  return rows;
}

function openRow(stats: OperationStats): TextSpan[] {
  const { slowest, typical, error } = stats.exemplars;
  const links: TextSpan[] = [];
  if (slowest !== undefined) links.push(traceLink(`slowest ${formatDuration(slowest.durationNs)}`, slowest));
  if (typical !== undefined) links.push(traceLink(`typical ${formatDuration(typical.durationNs)}`, typical));
  if (error !== undefined) {
    const message = error.message === undefined || error.message === '' ? '' : ` “${shorten(error.message, 60)}”`;
    links.push(traceLink(`failed${message}`, error));
  }
  const query = `service=${quoted(stats.key.service)} name=${quoted(stats.key.name)}`;
  links.push({ text: 'all traces', link: { kind: 'searchTraces', query, operation: stats.id } });
  return labelled('Open', separated(links));
}

function whyRow({ stats, location, failure, states = [] }: PlacedOperation): TextSpan[] {
  const why = location.evidence.map((evidence) => shorten(evidence.text)).join(' · ');
  const confidence = location.confidence.toFixed(2);
  const words: TextSpan = { text: why === '' ? `(${confidence})` : `${why} (${confidence})` };
  // Where an exception was thrown is no place of the operation, so that it cannot be the wrong one.
  if (failure !== undefined || states.includes('inside')) return labelled('Why here', [words]);
  const isPicked = location.evidence.some(({ kind }) => kind === 'pick');
  return labelled('Why here', separated([words, isPicked ? forgetLink() : notThisCodeLink(stats.id)]));
}

function otherRows(others: readonly PlacedOperation[], settings: HintSettings): TextSpan[][] {
  const shown = others.slice(0, 2 * LONGEST_LIST);
  const rows = shown.map(({ stats }) => {
    const words = listWords(stats, settings);
    const { slowest } = stats.exemplars;
    const name: TextSpan = { text: shorten(stats.key.name, 60), style: 'strong' };
    const row = [name, { text: `  ${stats.key.kind.toLowerCase()}  ${partsText(words.parts)}  ` }];
    return slowest === undefined ? row : [...row, traceLink('slowest', slowest)];
  });
  if (others.length > shown.length) rows.push([{ text: `and ${others.length - shown.length} more`, style: 'muted' }]);
  return rows;
}

function traceLink(text: string, exemplar: Exemplar): TextSpan {
  return { text, link: { kind: 'openTrace', traceId: exemplar.traceId, spanId: exemplar.spanId } };
}

function labelled(label: string, rest: readonly TextSpan[]): TextSpan[] {
  return [{ text: `${label}  `, style: 'muted' }, ...rest];
}

function separated(spans: readonly TextSpan[]): TextSpan[] {
  return spans.flatMap((span, index) => (index === 0 ? [span] : [{ text: ' · ' }, span]));
}

function coloredSpan(text: string, severity: 'normal' | 'warning' | 'error'): TextSpan {
  return severity === 'normal' ? { text } : { text, style: severity };
}

/** A value of the search words; these have no way to say a quotation mark. */
function quoted(text: string): string {
  return `"${shorten(text).replaceAll('"', ' ').replace('…', '')}"`;
}
