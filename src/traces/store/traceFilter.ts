import { SpanlightError } from '../../base/errors';
import type { OperationKey } from '../../model/operation';

const PLACE = 'trace search';
const CURE =
  'Search for words of a span name or service, service=…, name=…, duration>100ms, duration<2s or error; TraceQL in braces needs a backend that knows it.';

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** What a span must be like; a trace is found if one of its spans is like that in every respect. */
export interface TraceFilter {
  /** Whether spans of this operation can match. */
  operation(key: OperationKey): boolean;
  readonly failedOnly: boolean;
  /** Nanoseconds; both bounds included. */
  readonly minDurationNs: number;
  readonly maxDurationNs: number;
  /** Nothing was asked for. */
  readonly isEmpty: boolean;
}

/**
 * Reads a search made of words: `checkout service=orders duration>200ms error`. Case does not matter, a value with
 * blanks stands in double quotes, `service:orders` is the same as `service=orders`.
 *
 * @throws SpanlightError naming the part that this search does not know.
 */
export function parseTraceFilter(text: string): TraceFilter {
  const tests: ((key: OperationKey) => boolean)[] = [];
  let failedOnly = false;
  let [minDurationNs, maxDurationNs] = [0, Infinity];
  const terms = splitTerms(text);
  for (const term of terms) {
    const field = /^([a-z][\w.]*)\s*(>=|<=|!=|=~|!~|=|:|>|<)(.*)$/i.exec(term);
    if (field === null) {
      const word = unquoted(term).toLowerCase();
      if (word === 'error' || word === 'errors') failedOnly = true;
      else tests.push((key) => contains(key.name, word) || contains(key.service, word));
      continue;
    }
    const [name, operator, value] = [field[1]!.toLowerCase(), field[2]!, unquoted(field[3]!).toLowerCase()];
    const isEqual = operator === '=' || operator === ':';
    if (name === 'service' && isEqual) tests.push((key) => key.service.toLowerCase() === value);
    else if (name === 'name' && isEqual) tests.push((key) => contains(key.name, value));
    else if (name === 'error' && isEqual && value === 'true') failedOnly = true;
    else if (name === 'status' && isEqual && value === 'error') failedOnly = true;
    else if (name === 'duration' && operator.startsWith('>')) minDurationNs = durationOf(value, term);
    else if (name === 'duration' && operator.startsWith('<')) maxDurationNs = durationOf(value, term);
    else throw unknown(term);
  }
  return {
    operation: (key) => tests.every((test) => test(key)),
    failedOnly,
    minDurationNs,
    maxDurationNs,
    isEmpty: terms.length === 0,
  };
}

function splitTerms(text: string): string[] {
  if ((text.split('"').length - 1) % 2 === 1) {
    const rest = text.slice(text.lastIndexOf('"'));
    throw new SpanlightError(`The quotation mark in ${rest} is not closed.`, PLACE, 'Add the second one.');
  }
  const terms = text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  for (const term of terms) {
    if (/^[{}()|&]|[{}]$/.test(term) || term === '&&' || term === '||') throw unknown(term);
  }
  return terms;
}

function durationOf(value: string, term: string): number {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)$/.exec(value);
  if (match === null) {
    throw new SpanlightError(`${term} is not a duration this search can read.`, PLACE, 'Write duration>100ms.');
  }
  return Number(match[1]) * UNITS[match[2]!]!;
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

function contains(text: string, lowerCaseWord: string): boolean {
  return text.toLowerCase().includes(lowerCaseWord);
}

function unknown(term: string): SpanlightError {
  return new SpanlightError(`This search does not know ${term}.`, PLACE, CURE);
}
