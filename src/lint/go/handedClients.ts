import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import type { CallPlace, GoUnit } from './goUnit';
import type { HttpCall } from './httpCall';
import { outermost } from './relevance';
import type { Value, Values } from './values/values';

/** Others' clients of one's own services, by how they are given an HTTP client, and where among the arguments. */
const HANDED: readonly (readonly [RegExp, number])[] = [
  [/mark3labs\/mcp-go\/client(\/transport)?\.(WithHTTPBasicClient|WithHTTPClient)$/, 0],
  [/(hasura\/go-graphql-client|shurcooL\/graphql|Khan\/genqlient\/graphql|shurcooL\/githubv4)\.NewClient$/, 1],
  [/machinebox\/graphql\.WithHTTPClient$/, 0],
  [/ethereum\/go-ethereum\/rpc\.WithHTTPClient$/, 0],
  [/a2aproject\/a2a-go(\/v\d+)?\/a2aclient\.WithJSONRPCTransport$/, 0],
  [/\.New\w+(Protobuf|JSON)Client$/, 1],
];

/** A2A's clients may be given what puts the context into their calls, whatever carries those out. */
const INTERCEPTS = /\bWithCallInterceptors\(/;

/** What calls are named that a client may be handed to. */
export const HANDS_CLIENT = /^With\w*(Client|Transport)$|^New/;
/** `stockclient.WithHTTPClient(client)`, as oapi-codegen and others write their clients. */
const OPTION_OF_CLIENT = /\.With(HTTP|Http)?Client$/;
const OF_LIBRARY = /^With\w*(Client|Transport)$|^New\w*Client$/;

/** A client that is handed to a library or a constructor, which sends the requests. */
export function handedClient(unit: GoUnit, values: Values, place: CallPlace, name: string): HttpCall | undefined {
  if (name === 'NewAPIClient') return generatedClient(unit, values, place);
  const { source, function: fn, call } = place;
  const handed = (expression: Expression): HttpCall => ({
    place,
    client: { source, function: fn, expression },
    request: undefined,
    made: [],
    url: undefined,
    isHanded: true,
  });
  if (OF_LIBRARY.test(name)) {
    const external = unit.external(place);
    const row = external === undefined ? undefined : HANDED.find(([pattern]) => pattern.test(external));
    const isOurs = external !== undefined && OPTION_OF_CLIENT.test(external) && isOfOwnLibrary(unit, external);
    const at = isOurs ? 0 : row?.[1];
    const client = at === undefined ? undefined : call.args[at];
    const isIntercepted = INTERCEPTS.test(source.textOf(outermost(source, fn)));
    if (client !== undefined && !isIntercepted) return handed(client.value);
  }
  if (!/^New([A-Z]|$)/.test(name)) return undefined;
  const index = call.args.findIndex(({ value }) => isNewClient(unit, { source, function: fn, expression: value }));
  if (index < 0) {
    // `fhir.New(url, http.DefaultClient)` of a library of the same owner.
    const external = unit.external(place);
    const at = call.args.findIndex(({ value }) => /^http\.DefaultClient$/.test(source.textOf(value)));
    const isOurs = external !== undefined && isOfOwnLibrary(unit, external);
    return at < 0 || !isOurs ? undefined : handed(call.args[at]!.value);
  }
  if (!goesOutOfSight(unit, place, index)) return undefined;
  return handed(call.args[index]!.value);
}

/** `middleware.Config{IntrospectionClient: http.DefaultClient}` of a library of the same owner. */
export function* clientsInLiterals(unit: GoUnit): Generator<HttpCall> {
  for (const file of unit.files) {
    for (const { source, function: fn, expression: literal, type } of file.importedLiterals) {
      const from = unit.types.written(source, type)?.qualified;
      if (from === undefined || !isOfOwnLibrary(unit, from)) continue;
      const entry = literal.entries.find(({ key }) => /client$/i.test(key ?? ''));
      if (entry === undefined) continue;
      const { start, end, insideAt } = literal;
      // As the call of a constructor would be.
      const callee = { kind: 'name', name: type, start, end: start + type.length } as const;
      const call: Call = { kind: 'call', callee, args: [], argsAt: insideAt, start, end };
      const client = { source, function: fn, expression: entry.value };
      yield {
        place: { source, function: fn, call },
        client,
        request: undefined,
        made: [],
        url: undefined,
        isHanded: true,
      };
    }
  }
}

/** A library in another repository of the same owner, whose clients ask the own system. */
function isOfOwnLibrary(unit: GoUnit, name: string): boolean {
  return unit.isOfOwner(name) && !unit.isOfRepository(name);
}

/** `&http.Client{…}` written as an argument. */
function isNewClient(unit: GoUnit, { source, expression }: Value): boolean {
  const literal = expression.kind === 'unary' ? expression.value : expression;
  if (literal.kind !== 'object' || literal.type === undefined) return false;
  return unit.types.written(source, literal.type)?.qualified === 'net/http.Client';
}

/** Whether the function is one of the workspace, and neither it nor those it calls show what they do with the client. */
function goesOutOfSight(unit: GoUnit, place: CallPlace, index: number): boolean {
  const callee = unit.callee(place);
  if (callee.kind === 'external') return unit.isOfRepository(callee.name);
  if (callee.kind === 'unknown') return true;
  return callee.kind === 'own' && callee.places.length === 1 && handsOn(unit, callee.places[0]!, index);
}

function handsOn(unit: GoUnit, { source, function: fn }: FunctionPlace, index: number): boolean {
  const name = fn.parameters[index]?.name;
  const isIt = (value: Expression): boolean => value.kind === 'name' && value.name === name;
  return source
    .callsIn(fn)
    .some(
      (call) =>
        call.args.some(({ value }) => isIt(value)) && unit.callee({ source, function: fn, call }).kind === 'unknown',
    );
}

/**
 * `orders.NewAPIClient(configuration)` as OpenAPI Generator writes it: it sends with the configuration's `HTTPClient`, and
 * with Go's default client where that is not set (openapi-generator modules/openapi-generator/src/main/resources/go/client.mustache).
 */
function generatedClient(unit: GoUnit, values: Values, place: CallPlace): HttpCall | undefined {
  const { source, function: fn, call } = place;
  const [given] = call.args;
  const external = unit.callee(place);
  if (given === undefined || call.args.length !== 1 || external.kind !== 'external') return undefined;
  const value = { source, function: fn, expression: given.value };
  const made = configurationOf(unit, values, value);
  if (made === undefined) return undefined;
  const set = [...literalClient(made), ...assignedClients(values, value), ...assignedTransports(values, value)];
  const base = { place, request: undefined, made: [], url: undefined, isHanded: true as const };
  return { ...base, client: set.at(-1) };
}

/** `NewConfiguration()` or `Configuration{…}` of the same package. */
function configurationOf(unit: GoUnit, values: Values, value: Value): Value | undefined {
  for (const one of [value, ...(values.origins(value)?.values ?? [])]) {
    const { source, function: fn } = one;
    const expression = one.expression.kind === 'unary' ? one.expression.value : one.expression;
    if (expression.kind === 'call') {
      const name = unit.external({ source, function: fn, call: expression });
      if (name?.endsWith('.NewConfiguration') === true && expression.args.length === 0) return one;
    }
    if (expression.kind === 'object' && /\.Configuration$/.test(expression.type ?? '')) return { ...one, expression };
  }
  return undefined;
}

function literalClient({ expression, ...place }: Value): Value[] {
  if (expression.kind !== 'object') return [];
  const entry = expression.entries.find(({ key }) => key === 'HTTPClient');
  return entry === undefined ? [] : [{ ...place, expression: entry.value }];
}

function assignedClients(values: Values, { source, function: fn, expression }: Value): Value[] {
  if (expression.kind !== 'name') return [];
  const around = outermost(source, fn);
  const isHere = (other: Value): boolean => other.source === source && outermostOf(other) === around;
  return values
    .assignedMembers('HTTPClient')
    .filter(
      ({ value, target }) => isHere(value) && target.object.kind === 'name' && target.object.name === expression.name,
    )
    .map(({ value }) => value);
}

/** `configuration.HTTPClient.Transport = otelhttp.NewTransport(…)`, after the client was put there. */
function assignedTransports(values: Values, { source, function: fn, expression }: Value): Value[] {
  const around = outermost(source, fn);
  return values.assignedMembers('Transport').flatMap(({ value, target }) => {
    const held = target.object;
    if (held.kind !== 'member' || held.name !== 'HTTPClient' || value.source !== source) return [];
    const isIt = held.object.kind === 'name' && expression.kind === 'name' && held.object.name === expression.name;
    return isIt && outermostOf(value) === around ? [value] : [];
  });
}

function outermostOf({ source, function: fn }: Value): CodeFunction {
  return outermost(source, fn);
}
