import { escapeRegExp } from '../../base/texts/escapeRegExp';
import { blocksAround } from './blocksAround';

/** What may give a span, by the end of its name: to begin with what may come before that takes ten times as long. */
const SPAN_CALL = /span[\w$]*\s*(?:\?\.\s*)?[(<]/gi;

const NAME_BEGIN = /[\w$]*$/;

/** What stands before such a call: the variable that it is assigned to, or what shows that it is to none. */
const BEFORE_CALL =
  /(?:(?<name>[.\w$]+)\s*(?::[\s\w$.<>[\]|]*)?=(?:\s*await\b)?|\b(?:return|new|of|in|void|typeof|throw|else|case|function|private|public|protected|static|async|override|export|get|set)\b|(?<open>\()|[}\]]\s*=(?:\s*await\b)?|[[{,;:?&|!}]|=>)\s*(?:[\w$]+(?:\([^()]*\))?\s*[!?]?\.\s*)*$/;

/** OpenTelemetry's own, that start nothing: `trace.getSpan(context)`, `span.spanContext()`. */
const STARTS_NOTHING =
  /\btrace\s*\.\s*(?:[gs]et(?:Active)?Span|(?:[gs]et|wrap)SpanContext|deleteSpan|isSpanContextValid)\s*[(<]$|\.\s*spanContext\s*\($/;

/** So much of what stands before a call is looked at. */
const LOOK_BACK = 240;

/** What a text calls that is named after spans, as `startSpan`. */
export function namesOfSpanCalls(text: string): ReadonlySet<string> {
  const calls = text.matchAll(/span[\w$]*\(/gi);
  return new Set(Array.from(calls, ({ 0: end, index }) => beginOfName(text, index) + end.slice(0, -1)));
}

function beginOfName(text: string, end: number): string {
  return NAME_BEGIN.exec(text.slice(Math.max(0, end - LOOK_BACK), end))![0];
}

/**
 * Whether a text may keep a span to itself: it has `span = tracer.startSpan(…)`, and does not hand it on in the same block, as in
 * `x.run(span)` or `return span`. Told without parsing, of all that is called after spans; where that is not certain, it may.
 */
export function mayKeepSpan(text: string): boolean {
  for (const { 0: end, index: at } of text.matchAll(SPAN_CALL)) {
    const begin = beginOfName(text, at);
    const called = begin + end;
    const index = at - begin.length;
    const before = withoutComments(text.slice(Math.max(0, index - LOOK_BACK), index));
    if (before === undefined) continue;
    if (STARTS_NOTHING.test(before + called)) continue;
    const found = BEFORE_CALL.exec(before);
    if (found === null) return true;
    const { name, open } = found.groups!;
    // `span = (tracer.startSpan('x'))`
    if (open !== undefined && /(?:=|\bawait)\s*$/.test(before.slice(0, found.index))) return true;
    // A member is no variable, and what is taken apart is none that holds a span.
    if (name === undefined || name.includes('.')) continue;
    const isDeclared = /\b(?:const|let|var)\s+$/.test(before.slice(0, found.index));
    const blocks = isDeclared ? 0 : blocksAround(text, index);
    if (!isHandedOn(text, { from: index + called.trimEnd().length - 1, name, blocks })) return true;
  }
  return false;
}

/** Undefined where the end is in a comment itself. */
function withoutComments(text: string): string | undefined {
  if (/(?:^|\n)[^\S\n]*(?:\/\/[^\n]*|\/?\*(?!\/)(?:(?!\*\/)[^\n])*)$/.test(text)) return undefined;
  const end = text.indexOf('*/');
  const whole = end >= 0 && !text.slice(0, end).includes('/*') ? text.slice(end + 2) : text;
  return whole.replace(/\/\*[^]*?\*\//g, ' ').replace(/^[^\S\n]*\/\/[^\n]*$/gm, '');
}

const TOKEN =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\$]|\\[^]|\$(?!\{)|\$\{[^{}`]*\})*`|[\w$]+|\?\.|=>|[^\s]/g;

/** What a text that is no string, comment or template of the usual form begins with: it cannot be gone through. */
const BEYOND = /^['"`]$/;

/** Brackets that are open, with what is called by them and what stands before that. */
interface Bracket {
  readonly called: string | undefined;
  readonly isMethod: boolean;
  readonly before: string;
}

/** A variable after it was assigned. */
interface Assigned {
  readonly from: number;
  readonly name: string;
  /** So many of the blocks that the assignment is in are no functions: the variable lives on behind them. */
  readonly blocks: number;
}

/** Whether a variable is handed to a method, returned or made part of something else before its block ends. */
function isHandedOn(text: string, { from, name, blocks }: Assigned): boolean {
  const open: Bracket[] = [];
  let left = blocks;
  let [previous, earlier, beforeChain] = ['', '', ''];
  TOKEN.lastIndex = from;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token.startsWith('//') || token.startsWith('/*')) continue;
    if (BEYOND.test(token) || (token === '/' && !/[\w$)\]]$/.test(previous))) return false;
    if (token === '(' || token === '[' || token === '{') {
      const called = token === '(' && /^[\w$]+$/.test(previous) ? previous : undefined;
      open.push({ called, isMethod: earlier === '.' || earlier === '?.', before: beforeChain });
    } else if (token === ')' || token === ']' || token === '}') {
      const closed = open.pop();
      if (closed === undefined && (token !== '}' || left-- === 0)) return false;
      beforeChain = closed?.before ?? '';
    } else if (token === name) {
      const after = AFTER.exec(text.slice(TOKEN.lastIndex, TOKEN.lastIndex + LOOK_BACK))?.[1] ?? '';
      if (isPartOf(previous, after)) return true;
      if (/^[(,]$/.test(previous) && /[),]/.test(after) && isTaken(text, open.at(-1))) return true;
    }
    if (/^[\w$]+$/.test(token) && previous !== '.' && previous !== '?.') beforeChain = previous;
    [earlier, previous] = [previous, token];
  }
  return false;
}

/** What comes behind a variable; `span!` says nothing but that it is there. */
const AFTER = /^!?\s*(\S)/;

/** Whether a variable is returned, given to another, or part of a condition, by what stands around it. */
function isPartOf(previous: string, after: string): boolean {
  if (previous === 'return' || previous === '=') return /[;}]/.test(after);
  return previous === '!' ? /[)&|;]/.test(after) : /^[(&|]$/.test(previous) && /[&|]/.test(after);
}

/**
 * A method or a function of the module takes what it is given; a parameter may be what a caller sends requests in. And what
 * `trace.setSpan` gives may be thrown away, and then it did nothing.
 */
function isTaken(text: string, bracket: Bracket | undefined): boolean {
  const { called, isMethod, before } = bracket ?? {};
  if (called === undefined || before === undefined) return false;
  if (called === 'setSpan') return isMethod === true && /^(?:[=(,]|return)$/.test(before);
  return (
    isMethod === true || new RegExp(`\\b(?:import\\b[^;()'"]*|function\\s+)\\b${escapeRegExp(called)}\\b`).test(text)
  );
}
