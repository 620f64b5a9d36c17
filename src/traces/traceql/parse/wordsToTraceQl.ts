import { SpanlightError } from '../../../base/errors';
import { stringText } from '../language/fieldText';
import type { TextRange } from '../language/traceQlError';

const PLACE = 'trace search';
const CURE =
  'Search for words of a span name or service, service=…, name=…, duration>100ms, duration<2s or error, or write TraceQL: { span.http.route = "/pay" }.';

/** What is wrong with a search made of words, and which of them. */
export class SearchWordsError extends SpanlightError {
  constructor(
    message: string,
    readonly range: TextRange,
    cure: string,
  ) {
    super(message, PLACE, cure);
  }
}

interface Term extends TextRange {
  readonly text: string;
}

/** Whether a search is written in TraceQL, and not in words. */
export function isTraceQl(text: string): boolean {
  return /^\s*(?:[{(]|(?:count|avg|min|max|sum|by|select)\s*\(|\/[/*])/.test(text);
}

/**
 * The search as TraceQL: itself if it is, `{}` if it is empty, and what it means if it is made of words, such as
 * `checkout service=orders duration>200ms error`. Of words case does not matter, a value with blanks stands in double
 * quotes, `service:orders` is the same as `service=orders`.
 *
 * @throws SearchWordsError naming the word that means nothing; TraceQL itself is not read.
 */
export function searchToTraceQl(text: string): string {
  if (isTraceQl(text)) return text;
  const conditions = splitTerms(text).map(condition);
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`;
}

function condition({ text: term, from, to }: Term): string {
  const field = /^([a-z][\w.]*)\s*(>=|<=|!=|=~|!~|=|:|>|<)(.*)$/i.exec(term);
  if (field === null) {
    const word = unquoted(term);
    if (/^errors?$/i.test(word)) return 'status = error';
    return `(name =~ ${within(word)} || resource.service.name =~ ${within(word)})`;
  }
  const [name, operator, value] = [field[1]!.toLowerCase(), field[2]!, unquoted(field[3]!)];
  const isEqual = operator === '=' || operator === ':';
  if (name === 'service' && isEqual) return `resource.service.name =~ ${stringText(`(?i)${literal(value)}`)}`;
  if (name === 'name' && isEqual) return `name =~ ${within(value)}`;
  if (isEqual && ((name === 'error' && /^true$/i.test(value)) || (name === 'status' && /^error$/i.test(value)))) {
    return 'status = error';
  }
  if (name === 'duration' && /^[<>]/.test(operator))
    return `duration ${operator[0]!}= ${duration(value, { text: term, from, to })}`;
  throw new SearchWordsError(`This search does not know ${term}.`, { from, to }, CURE);
}

function splitTerms(text: string): Term[] {
  if ((text.split('"').length - 1) % 2 === 1) {
    const from = text.lastIndexOf('"');
    const message = `The quotation mark in ${text.slice(from)} is not closed.`;
    throw new SearchWordsError(message, { from, to: text.length }, 'Add the second one.');
  }
  const terms = [...text.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(({ 0: term, index }): Term => ({
    text: term,
    from: index,
    to: index + term.length,
  }));
  const unknown = terms.find((term) => /^[{}()|&]|[{}]$/.test(term.text));
  if (unknown !== undefined) throw new SearchWordsError(`This search does not know ${unknown.text}.`, unknown, CURE);
  return terms;
}

function duration(value: string, term: Term): string {
  if (/^\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)$/.test(value)) return value;
  const message = `${term.text} is not a duration this search can read.`;
  throw new SearchWordsError(message, term, 'Write duration>100ms.');
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** A regular expression for texts that have the word in them. */
function within(word: string): string {
  return stringText(`(?i).*${literal(word)}.*`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
