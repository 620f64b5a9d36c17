import { formatCount, formatDuration, formatErrorRate } from '../base/format';
import type { HintPart, HintSettings, HintState, Severity } from '../model/hint';
import type { OperationStats } from '../model/operation';
import { errorSeverity, latencySeverity, worse } from './severity';
import { shorten } from './text';

/** Messages are cut to this many characters at the line; the hover has more. */
const LONGEST_MESSAGE = 48;
const SEPARATOR: HintPart = { text: ' · ', severity: 'normal' };

/** Words in their colours, and the worst of these. */
export interface Words {
  readonly parts: readonly HintPart[];
  readonly severity: Severity;
}

/** The words at a function: `p50 12 ms · p95 48 ms · 1.2k · 0.4 % err`. */
export function ownerWords(stats: OperationStats, settings: HintSettings, states: readonly HintState[]): Words {
  return join([...latencyWords(stats, settings), ...errorWords(stats, settings)], signs(states));
}

/**
 * The words at a call: `→ payment-api p95 1.84 s · 62`, `→ orders (kafka) 1.2k · 2 consumers`. One percentile is enough
 * there; for a message sent the time of sending is left out, because nobody waits for more than the broker's nod.
 *
 * @param consumers operations that handle what is sent here; 0 if none is known.
 */
export function callsiteWords(
  stats: OperationStats,
  settings: HintSettings,
  states: readonly HintState[],
  callee: string,
  consumers: number,
): Words {
  const producer = stats.key.kind === 'PRODUCER';
  const words = producer ? [plain(formatCount(stats.count))] : latencyWords(stats, settings, true);
  if (producer && consumers > 0) words.push(plain(`${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`));
  return join([...words, ...errorWords(stats, settings)], `→ ${callee} ${signs(states)}`);
}

/** The words at a line that throws: `✗ card processor unavailable · 12 failed`. */
export function failureWords(stats: OperationStats, settings: HintSettings, message: string): Words {
  const severity = errorSeverity(stats.errorCount, stats.count, stats.key.kind, settings);
  const said = message === '' ? 'thrown here' : shorten(message, LONGEST_MESSAGE);
  // Failures are counted even where percentiles are estimates.
  const states = statesOf(stats).filter((state) => state !== 'sampled' || !stats.exact);
  const failed = plain(`${signs(states)}${formatCount(stats.errorCount)} failed`);
  return join([{ text: said, severity }, failed], '✗ ');
}

/** Short words for lists: `p95 48 ms · 1.2k · 0.4 % err`. */
export function listWords(stats: OperationStats, settings: HintSettings): Words {
  return join([...latencyWords(stats, settings, true), ...errorWords(stats, settings)], signs(statesOf(stats)));
}

/** The signs that follow from the numbers alone. */
export function statesOf(stats: OperationStats): HintState[] {
  const states: HintState[] = stats.isStale === true ? ['stale'] : [];
  return stats.exact && stats.estimate === undefined ? states : [...states, 'sampled'];
}

/** The text of all parts, for comparing and for people. */
export function partsText(parts: readonly HintPart[]): string {
  let text = '';
  for (const part of parts) text += part.text;
  return text;
}

/** `p95`, `p99.9`. */
export function percentileName(percentile: number): string {
  return `p${percentile}`;
}

/** Calls needed before `percentile` is said. */
export function minimumCalls(percentile: number, settings: HintSettings): number {
  if (percentile <= 50) return settings.minimumCalls.p50;
  return percentile <= 95 ? settings.minimumCalls.p95 : settings.minimumCalls.p99;
}

function latencyWords(stats: OperationStats, settings: HintSettings, onlyOne = false): HintPart[] {
  const { count, key, latency } = stats;
  if (latency.count === 0) return [plain(calls(count))];
  const chosen = onlyOne ? headline(settings.percentiles) : settings.percentiles;
  const shown = chosen.filter((percentile) => count >= minimumCalls(percentile, settings));
  const words = shown.map((percentile): HintPart => {
    const value = latency.quantile(percentile / 100);
    const text = `${percentileName(percentile)} ${formatDuration(value)}`;
    return { text, severity: isJudged(percentile, shown) ? latencySeverity(value, key.kind, settings) : 'normal' };
  });
  if (words.length === 0) {
    const severity = latencySeverity(latency.max, key.kind, settings);
    const text = count === 1 ? formatDuration(latency.max) : `max ${formatDuration(latency.max)}`;
    return [plain(calls(count)), { text, severity }];
  }
  if (shown.length < chosen.length) {
    words.push({
      text: `max ${formatDuration(latency.max)}`,
      severity: latencySeverity(latency.max, key.kind, settings),
    });
  }
  words.push(plain(formatCount(count)));
  return words;
}

/** The thresholds are meant for p95: what lies above is slow by nature and only coloured where it stands alone. */
function isJudged(percentile: number, shown: readonly number[]): boolean {
  return percentile <= 95 || !shown.some((other) => other <= 95);
}

/** The one percentile that says most: the highest up to 95, else the lowest. */
function headline(percentiles: readonly number[]): readonly number[] {
  if (percentiles.length === 0) return [];
  const upTo95 = percentiles.filter((percentile) => percentile <= 95);
  return [upTo95.length > 0 ? Math.max(...upTo95) : Math.min(...percentiles)];
}

function errorWords(stats: OperationStats, settings: HintSettings): HintPart[] {
  const text = formatErrorRate(stats.errorCount, stats.count);
  if (text === undefined) return [];
  return [{ text, severity: errorSeverity(stats.errorCount, stats.count, stats.key.kind, settings) }];
}

function calls(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'call' : 'calls'}`;
}

/** What stands before the first number: `~ ` inside the parent's function, `⧖ ` last known, `≈ ` sampled. */
function signs(states: readonly HintState[]): string {
  let text = '';
  if (states.includes('inside')) text += '~ ';
  if (states.includes('stale')) text += '⧖ ';
  if (states.includes('sampled')) text += '≈ ';
  return text;
}

function plain(text: string): HintPart {
  return { text, severity: 'normal' };
}

function join(words: readonly HintPart[], prefix: string): Words {
  const parts: HintPart[] = prefix === '' ? [] : [plain(prefix)];
  let severity: Severity = 'normal';
  for (const [index, word] of words.entries()) {
    if (index > 0) parts.push(SEPARATOR);
    parts.push(word);
    severity = worse(severity, word.severity);
  }
  return { parts, severity };
}
