import type { Finding, Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import { qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { isForeign } from '../../code/thirdParty';
import { findingAt, relatedAt } from '../../report';
import { appOf, sameApp } from '../process/apps';
import { answererOf } from '../destinations';
import { firstLine } from '../evidenceAt';
import { editAt, indentAt, insertAt, lineBreak } from '../fixes/codeStyle';
import type { NodeCode } from '../nodeCode';
import { clientOf } from '../nodeTables';
import { outgoingCalls, type OutgoingCall } from '../outgoing';
import { isAside, isPageAlone } from '../serverSide';
import { entryOf, possibleValues } from '../values';
import { headsOf } from './addressHeads';
import { apiClient, type ApiRequest } from './apiClients';
import { atEachCall } from '../calls';
import { isUnder } from '../../project/projectFiles';

/** Grafana's, which sets up those for `fetch` and XHR. */
const FARO = '@grafana/faro-web-tracing.TracingInstrumentation';

const BROWSER = /^(FetchInstrumentation|XMLHttpRequestInstrumentation)$/;

/** Names of settings that hold the address of the project's own API. */
export const API_NAME =
  /(^|_|\.)((NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC)_\w*(API|BACKEND|SERVER|GATEWAY)\w*|\w*(API|BACKEND|GATEWAY|SERVICE|SVC|INTERNAL)_?\w*(URL|URI|HOST|ENDPOINT|BASE|ORIGIN)\w*|(apiUrl|apiBaseUrl|backendUrl|baseApiUrl|API_BASE))$/;

/** Stands in each text that has a name of {@link API_NAME}. */
const SPEAKS_OF_API =
  /(?:PUBLIC|VITE|REACT_APP)_\w*(?:API|BACKEND|SERVER|GATEWAY)|(?:API|BACKEND|GATEWAY|SERVICE|SVC|INTERNAL)_?\w*(?:URL|URI|HOST|ENDPOINT|BASE|ORIGIN)|apiUrl|apiBaseUrl|backendUrl|baseApiUrl/;

/** Any setting that holds an address: enough where the list is written and empty, since it was thought of. */
const ADDRESS_NAME = /^[A-Z][A-Z0-9_]*_(URL|URI|HOST|HOSTNAME|ENDPOINT|BASE|ORIGIN)$/;

const SPEAKS_OF_ADDRESS = /[A-Z0-9_]_(?:URL|URI|HOST|HOSTNAME|ENDPOINT|BASE|ORIGIN)\b/;

/** Rule 13: the own API is called, but its address is on no list of those that get the context. */
export function propagateUrlFindings(node: NodeCode): Finding[] {
  const sources = node.program.sources.filter((source) =>
    source.has(
      /registerOTel|FetchInstrumentation|XMLHttpRequestInstrumentation|getWebAutoInstrumentations|faro-web-tracing/,
    ),
  );
  return atEachCall(sources, ({ source, function: fn, call }) => findingOf(node, source, fn, call));
}

function findingOf(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Finding | undefined {
  const name = qualified(source, fn, call.callee) ?? '';
  const last = name.split('.').at(-1)!;
  if (name === '@vercel/otel.registerOTel') return vercel(node, source, fn, call);
  const isFaro = call.isNew === true && name === FARO;
  const isBrowser = isFaro || (call.isNew === true && BROWSER.test(last)) || last === 'getWebAutoInstrumentations';
  if (!isBrowser || !(isFaro || isForBrowsers(source, name))) return undefined;
  // Faro's own list of instrumentations may be replaced.
  if (isFaro && hasKey(node, source, fn, call, /\binstrumentations\b/)) return undefined;
  const quoted = quotedPattern(node, source, fn, call);
  const empty = emptyList(source, call, 'propagateTraceHeaderCorsUrls');
  if (quoted === undefined && !empty && hasKey(node, source, fn, call, /propagateTraceHeaderCorsUrls/))
    return undefined;
  const request = apiRequest(node, source, false, { names: API_NAME, speaks: [SPEAKS_OF_API] });
  if (request !== undefined && quoted !== undefined)
    return findingWith(
      quoted.source,
      quoted.piece,
      request,
      `A pattern in quotes is compared letter by letter and matches no address: \`${request.name}\` gets no trace headers. Write it without the quotes.`,
      quoted.fixes,
    );
  if (request === undefined) return undefined;
  if (empty) return ofEmpty(source, empty, request, 'propagateTraceHeaderCorsUrls');
  return finding(
    source,
    call,
    request,
    `${last} sends trace headers to its own origin only, but \`${request.name}\` may be another: set propagateTraceHeaderCorsUrls.`,
  );
}

/** Entries that are texts stand for whole addresses: an expression in quotes is none. */
function quotedPattern(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
): { readonly source: SourceCode; readonly piece: Piece; readonly fixes: readonly Fix[] } | undefined {
  for (const { value } of call.args) {
    for (const place of possibleValues(node.program, { source, function: fn, expression: value })) {
      const list =
        place.expression.kind === 'object' ? entryOf(place.expression, 'propagateTraceHeaderCorsUrls') : undefined;
      const given = list?.value.kind === 'list' ? list.value.items.map((item) => item.value) : list ? [list.value] : [];
      if (given.length > 0 && given.every((one) => one.kind === 'text' && isPattern(one.value)))
        return { source: place.source, piece: list!, fixes: [unquoted(place.source, given)] };
    }
  }
  return undefined;
}

/** The expression itself; with the flag `g` it would go on where it last matched. */
function unquoted(source: SourceCode, texts: readonly Expression[]): Fix {
  const edits = texts.map((one) => {
    const value = one.kind === 'text' ? (one.value ?? '') : '';
    const [, inside, flags = ''] = /^\/(.*)\/([a-z]*)$/.exec(value) ?? [undefined, value];
    return editAt(source, one, `/${inside}/${flags.replace('g', '')}`);
  });
  return { title: 'Make it a regular expression', edits };
}

function isPattern(text: string | undefined): boolean {
  return text !== undefined && /^\/.*[*+\\([|].*\/[a-z]*$|^\.[*+]$/.test(text);
}

/** The set-up of a page, not one that is put into a Node SDK by mistake. */
function isForBrowsers(source: SourceCode, name: string): boolean {
  return (
    /^@opentelemetry\//.test(name) &&
    source.has(/WebTracerProvider|ZoneContextManager|auto-instrumentations-web|sdk-trace-web/)
  );
}

function vercel(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Finding | undefined {
  const empty = emptyList(source, call, 'propagateContextUrls');
  const said = empty ? /instrumentations/ : /propagateContextUrls|instrumentations/;
  if (hasKey(node, source, fn, call, said)) return undefined;
  const wanted: WantedNames = empty
    ? { names: new RegExp(`${API_NAME.source}|${ADDRESS_NAME.source}`), speaks: [SPEAKS_OF_API, SPEAKS_OF_ADDRESS] }
    : { names: API_NAME, speaks: [SPEAKS_OF_API] };
  const request = apiRequest(node, source, true, wanted);
  if (request === undefined) return undefined;
  if (empty) return ofEmpty(source, empty, request, 'propagateContextUrls');
  return finding(
    source,
    call,
    request,
    `@vercel/otel sends trace context to the own deployment only: requests to \`${request.name}\` carry none until propagateContextUrls lists it.`,
  );
}

/** `propagateContextUrls: []` among the options that are written out: a list that names nobody. */
function emptyList(source: SourceCode, call: Call, key: string): Piece | undefined {
  const at = new RegExp(`\\b${key}\\s*:\\s*\\[\\s*\\]`).exec(source.textOf(call.argsAt));
  if (at === null) return undefined;
  const start = call.argsAt.start + at.index;
  return { start, end: start + at[0].length };
}

function ofEmpty(source: SourceCode, list: Piece, request: ApiRequest, key: string): Finding {
  const message = `\`${key}\` is empty: requests to \`${request.name}\` carry no trace context.`;
  const written = listedAs(source, request.written);
  const fixes =
    written === undefined ? [] : [{ title: `List it in ${key}`, edits: [editAt(source, list, `${key}: ${written}`)] }];
  return findingWith(source, list, request, message, fixes);
}

function finding(source: SourceCode, call: Call, request: ApiRequest, message: string): Finding {
  return findingWith(source, call, request, message, fixesOf(source, call, request));
}

function findingWith(
  source: SourceCode,
  piece: Piece,
  request: ApiRequest,
  message: string,
  fixes: readonly Fix[],
): Finding {
  const { source: at, piece: site } = request;
  const related = [relatedAt(at, firstLine(at, site), `a request to \`${request.name}\``)];
  return findingAt('JS-PROPAGATE-URLS', source, firstLine(source, piece), {
    severity: 'warning',
    message,
    related,
    fixes,
  });
}

/** Whether the options say something, or cannot be read. */
function hasKey(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call, key: RegExp): boolean {
  return call.args.some(({ value }) =>
    possibleValues(node.program, { source, function: fn, expression: value }).some(
      (place) =>
        key.test(place.source.textOf(place.expression)) ||
        (place.expression.kind !== 'object' && place.expression.kind !== 'text') ||
        (place.expression.kind === 'object' && place.expression.entries.some(({ spread }) => spread === true)),
    ),
  );
}

/** Names of settings. */
interface WantedNames {
  readonly names: RegExp;
  /** One of them stands in each text that has such a name. */
  readonly speaks: readonly RegExp[];
}

/** A request whose address begins with a setting that is called after the own API. */
function apiRequest(
  node: NodeCode,
  setup: SourceCode,
  inNode: boolean,
  { names, speaks }: WantedNames,
): ApiRequest | undefined {
  const { unit } = node.code;
  const isPage = isPageAlone(unit);
  const isThere = (source: SourceCode): boolean =>
    isUnder(unit.root, source.path) &&
    sameApp(appOf(unit, source), appOf(unit, setup)) &&
    (node.runsInNode(source) === inNode || (!inNode && isPage && !isAside(unit, source)));
  if (!isUnder(unit.root, setup.path)) return undefined;
  const isNamed = node.program.sources.some((source) => speaks.some((words) => source.has(words)));
  for (const request of isNamed ? outgoingCalls(node.program) : []) {
    if (request.url === undefined || !isThere(request.source) || isForeign(foreign(node, request))) continue;
    // What such clients are made with is looked at below, with what is asked where nothing is set.
    if (clientOf(request.client)?.makers !== undefined) continue;
    const head = headsOf(node.program, request.url).find(({ name }) => names.test(name));
    if (head !== undefined) return { source: request.source, piece: request.call, ...head };
  }
  return apiClient(node.program, isThere);
}

function foreign(node: NodeCode, { url }: OutgoingCall): 'unknown' | 'own' | 'third-party' | 'public' {
  const answerer = answererOf(node.program, url);
  return answerer === 'relative' ? 'own' : answerer;
}

/** A list with the setting, which is in reach everywhere; undefined for what is written otherwise. */
function listedAs(source: SourceCode, written: string): string | undefined {
  if (!/^(process\.env|import\.meta\.env)\.\w+$/.test(written)) return undefined;
  const isTyped = /\.[mc]?tsx?$/.test(source.path) && written.startsWith('process');
  return `[${written}${isTyped ? '!' : ''}]`;
}

/** Lists the address where the options can take it: a setting, which is in reach everywhere. */
function fixesOf(source: SourceCode, call: Call, { written }: ApiRequest): Fix[] {
  const list = listedAs(source, written);
  if (list === undefined) return [];
  const isVercel = source.textOf(call.callee).endsWith('registerOTel');
  const isFaro = source.textOf(call.callee).endsWith('TracingInstrumentation');
  const entry = isVercel
    ? `instrumentationConfig: { fetch: { propagateContextUrls: ${list} } }`
    : isFaro
      ? `instrumentationOptions: { propagateTraceHeaderCorsUrls: ${list} }`
      : `propagateTraceHeaderCorsUrls: ${list}`;
  const title = isVercel ? 'Add propagateContextUrls' : 'Add propagateTraceHeaderCorsUrls';
  const [first] = call.args;
  if (first === undefined) return [{ title, edits: [insertAt(source, call.argsAt.start, `{ ${entry} }`)] }];
  if (first.value.kind === 'text')
    return [{ title, edits: [editAt(source, first, `{ serviceName: ${source.textOf(first)}, ${entry} }`)] }];
  if (
    first.value.kind !== 'object' ||
    first.value.entries.some(({ key }) => /^instrumentation(Config|Options)$/.test(key ?? ''))
  )
    return [];
  const last = first.value.entries.at(-1);
  if (last === undefined) return [{ title, edits: [insertAt(source, first.value.insideAt.start, ` ${entry} `)] }];
  const isMultiline = source.textOf(first).includes('\n');
  const separator = isMultiline ? `,${lineBreak(source)}${indentAt(source, last.start)}` : ', ';
  return [{ title, edits: [insertAt(source, last.end, separator + entry)] }];
}
