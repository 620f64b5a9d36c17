import type { Call, Expression } from '../../syntax/code/expression';
import type { CodeType } from '../../syntax/code/code';
import type { SourceCode } from '../code/sourceCode';
import { destinationOfName, isForeign } from '../code/thirdParty';
import { annotationOf, nameOfCall, typeAround, variableName, type CallPlace } from './declarations';
import { destinationOf, isVendorFile } from './destinations';
import type { JavaCode } from './javaCode';

/** What requests are made of, with the address as first argument. */
const ADDRESSES = /^(newBuilder|uri|url|Http(Get|Post|Put|Patch|Delete|Head))$/;
/** Classes whose calls belong to no request. */
const ASIDE = /Health|Probe|Warm-?[uU]p|Metrics|Monitor/;
/** Fields that hold a client. */
const CLIENT = /\b(HttpClient|OkHttpClient|CloseableHttpClient)$/;

/**
 * Whether the code that uses an HTTP client calls services of the same system: it names the address of one, and nobody
 * else's. What a bean calls is told by the classes that have one.
 */
export function callsOwnServices(code: JavaCode, place: CallPlace): boolean {
  const own = typeAround(place.source, place.call);
  if (own === undefined) return false;
  const isBean = annotationOf(place.function, 'Bean', 'Produces') !== undefined;
  const users = isBean ? holders(code) : [{ source: place.source, type: own }];
  const told = users.map((one) => destinationsOf(code, one));
  return told.some((all) => all.some((one) => one === 'own')) && !told.some((all) => all.some(isForeign));
}

interface User {
  readonly source: SourceCode;
  readonly type: CodeType;
}

function holders({ program }: JavaCode): User[] {
  return program.sources.flatMap((source) =>
    source.code.types
      .filter(({ fields }) => fields.some(({ type }) => CLIENT.test(type ?? '')))
      .map((type) => ({ source, type })),
  );
}

function destinationsOf(code: JavaCode, { source, type }: User): readonly ReturnType<typeof destinationOf>[] {
  if (ASIDE.test(type.name)) return [];
  if (isVendorFile(source)) return ['third-party'];
  return source.code.functions
    .filter(({ start, end }) => start >= type.start && end <= type.end)
    .flatMap((fn) =>
      source.callsIn(fn).flatMap((call) => {
        const address = addressOf(call);
        if (address === undefined) return [];
        // An engine beside the services may answer on an own host, too: its setting is called after it.
        if (isForeign(destinationOfName(namesOf(source, type, address)))) return ['third-party' as const];
        return [destinationOf(code, { source, function: fn }, address)];
      }),
    );
}

function addressOf(call: Call): Expression | undefined {
  const [first] = call.args;
  return first !== undefined && ADDRESSES.test(nameOfCall(call) ?? '') ? first.value : undefined;
}

/** What an address is called, with the setting that the field behind it is bound to. */
function namesOf(source: SourceCode, { fields }: CodeType, address: Expression): string {
  const text = source.textOf(address);
  const held = fields.filter(({ name }) => new RegExp(`\\b${name.replace(/\$/g, '\\$')}\\b`).test(text));
  const bound = held.map((field) => annotationOf(field, 'Value', 'ConfigProperty', 'Property'));
  const keys = bound.flatMap((one) => (one ? source.textOf(one).replace(/https?:\/\/[^"}]*/g, '') : []));
  return [variableName(address) ?? text.replace(/"[^"]*"/g, ''), ...keys].join(' ');
}
