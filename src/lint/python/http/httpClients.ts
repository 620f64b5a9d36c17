import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import { expressionsOf, headsOf, statementsIn } from '../../code/walk';
import { asksVendor, destinationOf, isProduct, shipsLogs, together } from '../flow/destinations';
import { namesOwnService } from '../flow/ownNames';
import { destinationOfName, type Destination } from '../../code/thirdParty';
import { givenToHelper } from '../names/givenToHelpers';
import { argumentOf, lastPart, type PythonCode, type Site } from '../names/pythonCode';

interface HttpLibrary {
  readonly library: string;
  /** What makes a client. */
  readonly clients: RegExp;
  /** What sends a request without one. */
  readonly functions: RegExp;
}

const VERBS = '(get|post|put|patch|delete|head|options|request|stream)';

const LIBRARIES: readonly HttpLibrary[] = [
  { library: 'httpx', clients: /^httpx\.(Async)?Client$/, functions: new RegExp(`^httpx\\.${VERBS}$`) },
  {
    library: 'requests',
    clients: /^requests\.(sessions\.)?[sS]ession$/,
    functions: new RegExp(`^requests\\.(api\\.)?${VERBS}$`),
  },
  { library: 'aiohttp', clients: /^aiohttp\.(client\.)?ClientSession$/, functions: /^aiohttp\.request$/ },
  {
    library: 'urllib3',
    clients: /^urllib3\.(poolmanager\.)?(PoolManager|ProxyManager|HTTPS?ConnectionPool)$/,
    functions: /^urllib3\.request$/,
  },
];

/** A place where an HTTP client is made, or a request is sent without one. */
export interface HttpSite extends Site {
  readonly library: string;
  readonly makesClient: boolean;
}

/** What runs a function that it is given, with the arguments behind it. */
const RUNS = /^(partial|to_thread|run_in_executor|run_sync|run_in_threadpool|sync_to_async|submit|map)$/;

/** The clients and requests of HTTP libraries in a file; also requests that others are asked to send. */
export function httpSites(code: PythonCode, sites: readonly Site[]): HttpSite[] {
  return sites.flatMap((site): HttpSite[] => {
    if (RUNS.test(site.method)) return handedSites(code, site);
    if (/^((self|cls)\.|$)/.test(site.name)) return heldClients(code, site);
    for (const { library, clients, functions } of LIBRARIES) {
      if (clients.test(site.name)) return [{ ...site, library, makesClient: true }];
      if (functions.test(site.name)) return [{ ...site, library, makesClient: false }];
    }
    return [];
  });
}

/** What variables are called that hold a class of clients. */
const HOLDS_CLASS = /(^|_)(cls|class|factory|client_?type|constructor)$|^(client|session)_?(class|cls)/i;

/** `client_cls(base_url=url)`: a client of whatever class a variable, an attribute or a caller says. */
function heldClients(code: PythonCode, site: Site): HttpSite[] {
  const { source, function: fn, call } = site;
  const { callee } = call;
  if ((callee.kind !== 'name' && callee.kind !== 'member') || !HOLDS_CLASS.test(callee.name)) return [];
  const assigned = code.names.valuesOf(source, fn, callee);
  const given = callee.kind === 'name' ? givenToHelper(code, site, callee.name) : [];
  const names = [...assigned, ...given].flatMap((place) => {
    const values = place.value.kind === 'conditional' ? place.value.values : [place.value];
    return values.flatMap((value) => code.names.nameOf(place.source, place.function, value) ?? []);
  });
  const library = names.flatMap((name) => libraryOfClient(name) ?? [])[0];
  return library === undefined ? [] : [{ ...site, library, makesClient: true }];
}

/** `asyncio.to_thread(requests.post, url)`, `partial(requests.get, url)`: a request as if it were written in place. */
function handedSites(code: PythonCode, site: Site): HttpSite[] {
  const { source, function: fn, call } = site;
  return call.args.flatMap(({ value, spread }, i): HttpSite[] => {
    if (spread || value.kind === 'call' || value.kind === 'text') return [];
    const name = code.names.nameOf(source, fn, value) ?? '';
    const library = LIBRARIES.find(({ functions }) => functions.test(name))?.library;
    if (library === undefined) return [];
    const sent: Call = { ...call, start: value.start, callee: value, args: call.args.slice(i + 1) };
    return [{ source, function: fn, call: sent, name, method: lastPart(value), library, makesClient: false }];
  });
}

/** The library whose client a constructor makes. */
export function libraryOfClient(name: string): string | undefined {
  return LIBRARIES.find(({ clients }) => clients.test(name))?.library;
}

/** Whether a method of a client sends a request. */
export function isRequest(method: string): boolean {
  return REQUEST.test(method);
}

/** Whether a client reaches nobody over the network: a transport into the own application, a mock, a local socket. */
export function staysInside({ call }: HttpSite): boolean {
  if (argumentOf(call, 'app') !== undefined || argumentOf(call, 'trace_configs') !== undefined) return true;
  const transport = argumentOf(call, 'transport') ?? argumentOf(call, 'connector');
  if (transport === undefined) return false;
  const made = transport.kind === 'call' ? lastPart(transport.callee) : lastPart(transport);
  if (/ASGI|WSGI|Mock|OpenTelemetry|Otel|Tracing|Instrumented|Unix/i.test(made)) return true;
  return transport.kind === 'call' && transport.args.some(({ name }) => name === 'uds');
}

const REQUEST = new RegExp(`^(${VERBS}|build_request|ws_connect|send|fetch|urlopen)$`);

/** Who is called: the address given, the base address, the addresses of the client's calls, or what names around say. */
export function destinationOfSite(code: PythonCode, site: HttpSite): Destination {
  const { source, function: fn } = site;
  if (goesThroughProxy(site)) return 'public';
  const names = namesOf(site).join(' ');
  if (isProduct(names) || shipsLogs(names)) return 'third-party';
  const urls = urlsOf(code, site);
  // What else it asks, it asks the same party.
  if (urls.some((url) => url !== undefined && asksVendor(url))) return 'third-party';
  const found = urls.map((url) => (url === undefined ? 'unknown' : destinationOf(code, source, fn, url)));
  const answer = together(found);
  return answer === 'unknown' ? namesAround(site) : answer;
}

/** The addresses of a request, or of the calls on a client; undefined for those that cannot be seen. */
export function urlsOf(code: PythonCode, site: HttpSite): readonly (Expression | undefined)[] {
  if (site.makesClient) return clientUrls(code, site);
  return [requestUrl(site.call)];
}

/** A proxy that is given by hand leads out of the system. */
function goesThroughProxy({ call }: HttpSite): boolean {
  const proxy = argumentOf(call, 'proxy') ?? argumentOf(call, 'proxies');
  return proxy !== undefined && proxy.kind !== 'literal';
}

const PROBE =
  /(^|[/_])(health(z|check|_check)?|ready(z|ness)?|live(z|ness)?|ping|metrics|heartbeat|status|logs?)(\/|$|_|\?)/i;

/** Whether a request asks only if somebody is there: no work of a trace hangs on it. */
export function isProbe(code: PythonCode, site: HttpSite): boolean {
  if (/health|readiness|liveness|heartbeat|_ping\b|^ping|wait_for|is_alive|is_up$|probe/i.test(site.function.name))
    return true;
  if (/health/i.test(namesOf(site).join(' '))) return true;
  const urls = urlsOf(code, site);
  return urls.length > 0 && urls.every((url) => url !== undefined && PROBE.test(lastText(code, site, url)));
}

/** Whether a request goes to an address that a caller gives (`fetch(url)`): it may be anybody's. */
export function goesWhereTold(code: PythonCode, site: HttpSite): boolean {
  const urls = urlsOf(code, site);
  const scopes = [site.function, ...site.source.around(site.function)];
  return urls.every((url) => {
    if (url?.kind !== 'name' || namesOwnService(code, site.source, site.function, url)) return false;
    const isGiven = scopes.some(({ parameters }) => parameters.some(({ name }) => name === url.name));
    return isGiven && code.names.valuesOf(site.source, site.function, url).length === 0;
  });
}

/** What an address ends with, as far as it is constant. */
function lastText(code: PythonCode, site: HttpSite, url: Expression, steps = 0): string {
  if (url.kind === 'text') return url.pieces.at(-1) ?? '';
  if (url.kind === 'binary') return lastText(code, site, url.right, steps);
  if (steps > 1 || url.kind !== 'name') return '';
  const [value] = code.names.valuesOf(site.source, site.function, url);
  return value === undefined ? '' : lastText(code, site, value.value, steps + 1);
}

/** The addresses that a client is given when it is made and in the calls on it, as far as they are in its function or class. */
function clientUrls(code: PythonCode, site: HttpSite): readonly (Expression | undefined)[] {
  const base = argumentOf(site.call, 'base_url', site.library === 'aiohttp' ? 0 : -1);
  if (base !== undefined) return [base];
  const name = boundTo(site);
  if (name === undefined) return [urlOnTheSpot(code, site)];
  const { calls, functions } = requestsThrough(code, site, name);
  if (calls.length === 0 && name.startsWith('self.')) return handedOut(code, site, functions, name);
  return calls.length === 0 ? [undefined] : calls.flatMap((one) => addressIn(code, one));
}

/** The requests that are sent through a client by its name, in its function or class, and the functions looked through. */
function requestsThrough(
  code: PythonCode,
  site: HttpSite,
  name: string,
): { readonly calls: readonly Site[]; readonly functions: readonly CodeFunction[] } {
  const isField = name.startsWith('self.');
  const type = site.source.typeOf(site.function);
  const methods = site.source.code.functions.filter((fn) => fn.type !== undefined && fn.type === type?.id);
  // Methods also ask in functions of their own, which are tried again or watched over.
  const functions = isField ? methods.flatMap((fn) => site.source.within(fn)) : site.source.within(site.function);
  const calls = functions
    .flatMap((fn) => code.sitesOf(site.source, fn))
    .filter(({ call, method }) => {
      const { callee } = call;
      if (callee.kind !== 'member' || !REQUEST.test(method)) return false;
      return site.source.textOf(callee.object) === name;
    });
  return { calls, functions };
}

/** The requests that are sent through a client in its function or class. */
export function requestsOf(code: PythonCode, site: HttpSite): readonly Site[] {
  const name = site.makesClient ? boundTo(site) : undefined;
  return name === undefined ? [] : requestsThrough(code, site, name).calls;
}

/** Whether a client is made for a variable that nothing uses: `async with httpx.AsyncClient() as client:` around no request. */
export function isNeverUsed(site: HttpSite): boolean {
  const name = site.makesClient && site.function.id !== 0 ? boundTo(site) : undefined;
  if (name === undefined || !/^\w+$/.test(name)) return false;
  return !site.source
    .within(site.function)
    .some((fn) =>
      [...statementsIn(fn.body)].some((statement) =>
        headsOf(statement).some(
          (head) => !isTarget(statement, head) && [...expressionsOf(head)].some((one) => isNamed(one, name)),
        ),
      ),
    );
}

function isNamed(expression: Expression, name: string): boolean {
  return expression.kind === 'name' && expression.name === name;
}

function isTarget(statement: Statement, head: Expression): boolean {
  if (statement.kind === 'with') return statement.items.some(({ target }) => target === head);
  return statement.kind === 'assign' && statement.targets.includes(head);
}

/** The address of a request, or what its function keeps it in a variable as: elsewhere the variable's name says nothing. */
function addressIn(code: PythonCode, { source, function: fn, call }: Site): readonly (Expression | undefined)[] {
  const url = requestUrl(call);
  const values = url?.kind === 'name' ? code.names.valuesOf(source, fn, url) : [];
  return values.length > 0 && values.every((one) => one.function === fn) ? values.map(({ value }) => value) : [url];
}

/** The addresses asked in other methods of a class, of the client that one of them makes when it is first wanted and returns. */
function handedOut(
  code: PythonCode,
  { source }: HttpSite,
  functions: readonly CodeFunction[],
  field: string,
): readonly (Expression | undefined)[] {
  const givers = functions.filter((fn) =>
    [...statementsIn(fn.body)].some(
      (one) => one.kind === 'return' && one.values.some((value) => source.textOf(value) === field),
    ),
  );
  const given = new Set(givers.flatMap(({ name }) => [`self.${name}`, `self.${name}()`, `await self.${name}()`]));
  const isGiven = (value: Expression): boolean => given.has(source.textOf(value).replace(/^\((.*)\)$/s, '$1'));
  const urls = functions.flatMap((fn) =>
    code.sitesOf(source, fn).flatMap((one) => {
      const { callee } = one.call;
      if (callee.kind !== 'member' || !REQUEST.test(one.method)) return [];
      const values = code.names.valuesOf(source, fn, callee.object);
      return isGiven(callee.object) || values.some(({ value }) => isGiven(value)) ? addressIn(code, one) : [];
    }),
  );
  return urls.length === 0 ? [undefined] : urls;
}

/** `requests.Session().get(url)`: a client that is used where it is made. */
function urlOnTheSpot(code: PythonCode, { source, function: fn, call }: HttpSite): Expression | undefined {
  const found = code.sitesOf(source, fn).find(({ call: { callee }, method }) => {
    if (callee.kind !== 'member' || !REQUEST.test(method)) return false;
    return callee.object.start === call.start && callee.object.end === call.end;
  });
  return found && requestUrl(found.call);
}

/** The variable or attribute a call's result goes to, as written. */
export function boundTo({
  source,
  function: fn,
  call,
}: Pick<Site, 'source' | 'function' | 'call'>): string | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.end < call.start || statement.start > call.end) continue;
    if (statement.kind === 'assign' && statement.targets.length === 1 && isValue(statement.values[0], call))
      return source.textOf(statement.targets[0]!);
    if (statement.kind !== 'with') continue;
    const item = statement.items.find(({ value }) => isValue(value, call));
    if (item?.target !== undefined) return source.textOf(item.target);
  }
  return undefined;
}

function isValue(value: Expression | undefined, call: Call): boolean {
  if (value === undefined) return false;
  if (value === call || (value.kind === 'call' && value.start === call.start && value.end === call.end)) return true;
  if (value.kind === 'conditional') return value.values.some((one) => isValue(one, call));
  return value.kind === 'binary' && (isValue(value.left, call) || isValue(value.right, call));
}

/** `get(url)`, `request(method, url)`, `stream(method, url)`; `url=` anywhere. */
export function requestUrl(call: Call): Expression | undefined {
  const method = lastPart(call.callee);
  return argumentOf(call, 'url', /^(request|stream|build_request|urlopen)$/.test(method) ? 1 : 0);
}

/** Downloads and tokens come from storage and identity providers; connectors, federation and crawlers reach others. */
const FETCHES_FOREIGN =
  /(^|[_/])_?(downloads?|token_source|access_token|credentials?|embeddings?|embedding_functions?|marketing_platform|connectors?|activity_?pub|webfinger|federation|crawlers?|scrapers?|rss|presigned|blob_storage|token_verifiers?|introspection|jwks|llms?|\w+_llm|cross_encoder|(org|repo)?mirror(s|worker)?|alerting|alert_(channels?|notifiers?|senders?))([_/]|$)|^(models|llms?|providers)\/\w+_provider$|Download|Credentials|Token(Provider|Verifier)|EmbeddingFunction|LLM|Jwks|JWKS|BlobStor/;

/** Each plugin speaks to the product it is for. */
const OF_PLUGIN = /(^|\/)plugins\/[^/]+\//;

/** A file, class or function that is named after a vendor talks to that vendor. */
function namesAround(site: Site): Destination {
  const file = site.source.file.relative.split('/').slice(-2).join('/').replace(/\.py$/, '');
  const names = [file, ...namesOf(site)];
  const isForeignName = (name: string): boolean =>
    destinationOfName(name) === 'third-party' || FETCHES_FOREIGN.test(name);
  return names.some(isForeignName) || OF_PLUGIN.test(site.source.file.relative) ? 'third-party' : 'unknown';
}

/** The names of the file, class and functions that a call stands in. */
export function namesOf({ source, function: fn }: Pick<Site, 'source' | 'function'>): string[] {
  const file = source.file.relative.split('/').at(-1)!.replace(/\.py$/, '');
  return [file, source.typeOf(fn)?.name ?? '', fn.name, ...[...source.around(fn)].map((one) => one.name)];
}
