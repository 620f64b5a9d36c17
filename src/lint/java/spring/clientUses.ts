import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { isForeign, type Destination } from '../../code/thirdParty';
import type { CodeFunction } from '../../../syntax/code/code';
import { destinationOf, isVendorFile } from '../destinations';
import { nameOfCall } from '../declarations';
import type { JavaCode } from '../javaCode';
import { callsGiven, callsOn, callsOnClient, clientClass, type SpringClient } from './springClients';
import { isType } from '../typeNames';

const REQUESTS = /^(get|post|put|patch|delete|head|options)For\w+$|^(put|delete|exchange|execute|patch)$/;

/** Where an address is given. */
interface Address {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

/** Who answers the requests of a client, as far as its addresses tell. */
export function clientDestination(code: JavaCode, client: SpringClient): Destination {
  if (isForTokens(client)) return 'third-party';
  const base = [...client.chain, ...baseCalls(client)].find((call) => isBase(call));
  const own = base && destinationOf(code, client, base.args[0]!.value);
  if (own !== undefined && own !== 'unknown') return own;
  const found = addresses(code, client).map(({ source, function: fn, call }) => {
    const destination = destinationOf(code, { source, function: fn }, call.args[0]!.value);
    return destination === 'unknown' && isVendorFile(source) ? 'third-party' : destination;
  });
  const places = found.length === 0 && isVendorFile(client.source) ? (['third-party'] as const) : found;
  if (places.length === 0) return 'unknown';
  return places.every(isForeign) ? 'third-party' : (places.find((one) => !isForeign(one)) ?? 'unknown');
}

/** Given to what checks or fetches tokens, it calls an identity provider. */
function isForTokens(client: SpringClient): boolean {
  const { function: fn, use } = client;
  const takers = use.kind === 'argument' ? [use.call] : use.kind === 'variable' ? callsGiven(fn, use.name) : [];
  return takers.some((call) =>
    /Introspector|JwtDecoder|OAuth2|Oidc|TokenResponseClient|Keycloak/.test(nameOfCall(call) ?? ''),
  );
}

/**
 * Whether a client only forwards: its method and its headers are those that its caller gives, with the trace's among them as
 * a proxy received them.
 */
export function isProxying(client: SpringClient): boolean {
  const { source, bean, use, function: fn } = client;
  if (client.kind !== 'RestTemplate' || bean !== undefined) return false;
  const calls = new Set(callsOnClient(client));
  const functions = use.kind === 'variable' ? source.within(fn) : source.code.functions;
  const requests = functions.flatMap((one) =>
    source.callsIn(one).flatMap((call) => (calls.has(call) && isAddressed(call) ? [{ function: one, call }] : [])),
  );
  return requests.length > 0 && requests.every((one) => isForwarded(source, one.function, one.call));
}

function isForwarded(source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const given = (type: RegExp): string[] =>
    fn.parameters.flatMap((one) => (type.test(one.type ?? '') ? [one.name] : []));
  const rest = source.textOf(call);
  const names = (those: readonly string[]): boolean => those.some((name) => new RegExp(`\\b${name}\\b`).test(rest));
  return nameOfCall(call) === 'exchange' && names(given(/\bHttpMethod$/)) && names(given(/\bHttpHeaders$/));
}

function isBase(call: Call): boolean {
  const name = nameOfCall(call);
  if (call.args.length === 0) return false;
  return (
    name === 'baseUrl' || name === 'rootUri' || name === 'setUriTemplateHandler' || (name === 'create' && !call.isNew)
  );
}

function baseCalls(client: SpringClient): Call[] {
  return client.use.kind === 'variable' ? callsOnClient(client) : [];
}

/** The calls that give an address to a client, through what it is kept in; of a bean, wherever it is injected. */
function addresses(code: JavaCode, client: SpringClient): Address[] {
  const { source, chain } = client;
  const own = source.within(client.function);
  const found: Address[] = [...chain].filter(isAddressed).map((call) => ({ source, function: client.function, call }));
  if (client.bean === undefined) {
    const functions = client.use.kind === 'variable' ? own : source.code.functions;
    const calls = new Set(callsOnClient(client));
    for (const fn of functions)
      for (const call of source.callsIn(fn))
        if (calls.has(call) && isAddressed(call)) found.push({ source, function: fn, call });
    return found;
  }
  return [...found, ...injectedUses(code, client)];
}

function injectedUses(code: JavaCode, client: SpringClient): Address[] {
  const wanted = [clientClass(client.kind), `${clientClass(client.kind)}.Builder`];
  return code.program.sources.flatMap((source) => {
    const names = new Set<string>();
    for (const type of source.code.types)
      for (const field of type.fields)
        if (field.type !== undefined && wanted.some((name) => isType(source, field.type!, name))) names.add(field.name);
    return source.code.functions.flatMap((fn) =>
      [...names].flatMap((name) =>
        callsOn(source, fn, name)
          .filter(isAddressed)
          .map((call) => ({ source, function: fn, call })),
      ),
    );
  });
}

/** A call whose first argument says where a request goes. */
function isAddressed(call: Call): boolean {
  const name = nameOfCall(call) ?? '';
  if (call.args.length === 0) return false;
  return name === 'uri' || name === 'baseUrl' || (REQUESTS.test(name) && call.callee.kind === 'member');
}
