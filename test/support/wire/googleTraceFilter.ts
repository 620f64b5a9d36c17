import type { GoogleSpan } from '../servers/data/googleTraces';
import { nanosOfIso } from '../../../src/traces/formats/recordTimes';

const TERM = /\s*(\+?)([^\s:"]+):(?:"((?:[^"\\]|\\.)*)"|([a-zA-Z0-9./_][a-zA-Z0-9./_-]*))(?=\s|$)/y;
const UNITS: Readonly<Record<string, number>> = { ns: 1, ms: 1e6, s: 1e9 };

/**
 * Whether a trace meets a filter of the API of version 1: terms that must all be true, each of any span.
 * @throws Error where the service answers 400.
 */
export function meetsGoogleFilter(filter: string, spans: readonly GoogleSpan[]): boolean {
  let isMet = true;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < filter.trimEnd().length) {
    const at = TERM.lastIndex;
    const match = TERM.exec(filter);
    if (match === null) throw new Error(`Invalid filter at "${filter.slice(at, at + 30)}"`);
    const [, plus, key = '', quoted, bare = ''] = match;
    const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1');
    isMet = isTrue(key, value, plus === '+', spans) && isMet;
  }
  return isMet;
}

function isTrue(key: string, value: string, isExact: boolean, spans: readonly GoogleSpan[]): boolean {
  const fits = (text: string | undefined): boolean => (isExact ? text === value : text?.startsWith(value) === true);
  if (key === 'span') return spans.some(({ name }) => fits(name));
  if (key === 'root') return spans.some(({ name, parentSpanId }) => parentSpanId === undefined && fits(name));
  if (key === 'label') return spans.some(({ labels }) => labels?.[value] !== undefined);
  if (key === 'latency') {
    const [, number, unit = 'ms'] = /^(\d+)(ns|ms|s)?$/.exec(value) ?? [];
    if (number === undefined) throw new Error(`Invalid latency ${value}`);
    return Number(lengthOf(spans)) >= Number(number) * UNITS[unit]!;
  }
  return spans.some(({ labels }) => fits(labels?.[key]));
}

/** From the first start to the last end. */
export function lengthOf(spans: readonly GoogleSpan[]): bigint {
  const [starts, ends] = [spans.map(({ startTime }) => timeOf(startTime)), spans.map(({ endTime }) => timeOf(endTime))];
  return ends.reduce((a, b) => (a > b ? a : b)) - starts.reduce((a, b) => (a < b ? a : b));
}

export function timeOf(text: string): bigint {
  const time = nanosOfIso(text);
  if (time === undefined) throw new Error(`Invalid time ${text}`);
  return time;
}
