import { SpanlightError } from '../../base/errors';
import { stringText } from './fieldText';

const PLACE = 'trace search';
const CURE =
  'Search for words of a span name or service, service=…, name=…, duration>100ms, duration<2s or error, or write TraceQL: { span.http.route = "/pay" }.';

/** Whether a search is written in TraceQL, and not in words. */
export function isTraceQl(text: string): boolean {
  return /^\s*(?:[{(]|(?:count|avg|min|max|sum|by|select)\s*\(|\/[/*])/.test(text);
}

/**
 * The search as TraceQL: itself if it is, `{}` if it is empty, and what it means if it is made of words, such as
 * `checkout service=orders duration>200ms error`. Of words case does not matter, a value with blanks stands in double
 * quotes, `service:orders` is the same as `service=orders`.
 *
 * @throws SpanlightError naming the word that means nothing; TraceQL itself is not read.
 */
export function searchToTraceQl(text: string): string {
  if (isTraceQl(text)) return text;
  const conditions = splitTerms(text).map(condition);
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`;
}

function condition(term: string): string {
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
  if (name === 'duration' && /^[<>]/.test(operator)) return `duration ${operator[0]!}= ${duration(value, term)}`;
  throw new SpanlightError(`This search does not know ${term}.`, PLACE, CURE);
}

function splitTerms(text: string): string[] {
  if ((text.split('"').length - 1) % 2 === 1) {
    const rest = text.slice(text.lastIndexOf('"'));
    throw new SpanlightError(`The quotation mark in ${rest} is not closed.`, PLACE, 'Add the second one.');
  }
  const terms = text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  const unknown = terms.find((term) => /^[{}()|&]|[{}]$/.test(term));
  if (unknown !== undefined) throw new SpanlightError(`This search does not know ${unknown}.`, PLACE, CURE);
  return terms;
}

function duration(value: string, term: string): string {
  if (/^\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)$/.test(value)) return value;
  throw new SpanlightError(`${term} is not a duration this search can read.`, PLACE, 'Write duration>100ms.');
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
