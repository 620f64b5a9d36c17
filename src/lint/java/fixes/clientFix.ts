import type { Fix, FixEdit } from '../../../model/finding';
import { insertAt, replace } from '../../code/edits';
import { annotationOf, nameOfCall, typeAround } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { SpringClient } from '../spring/springClients';
import { bootVersion } from '../versions';
import { importClass } from './imports';
import { addParameter, injectField, injectIntoConstructor, isComponent, type Wanted } from './injection';

/** Has a client built by the builder that Spring injects; a builder bean is given the registry instead. */
export function clientFix(code: JavaCode, client: SpringClient): Fix[] {
  if (client.bean?.returns?.includes('Builder') === true) return registryFix(client);
  const wanted = builderOf(code, client);
  const built = builtBy(client, wanted.name);
  if (built === undefined) return [];
  const edits = placed(code, client, wanted, built);
  const title = `Build it with the injected ${wanted.type.name}`;
  return edits === undefined ? [] : [{ title, edits: [...wanted.type.edits, ...edits] }];
}

interface WantedBuilder {
  readonly type: { readonly name: string; readonly edits: readonly FixEdit[] };
  readonly name: string;
}

function builderOf(code: JavaCode, { source, kind }: SpringClient): WantedBuilder {
  if (kind !== 'RestTemplate')
    return {
      type: { name: `${kind}.Builder`, edits: [] },
      name: `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Builder`,
    };
  const major = bootVersion(code.code.unit);
  const folder = major !== undefined && major >= 4 ? 'restclient' : 'web.client';
  return {
    type: importClass(source, `org.springframework.boot.${folder}.RestTemplateBuilder`),
    name: 'restTemplateBuilder',
  };
}

/** What takes the place of the call that made the client; undefined for arguments that a builder takes otherwise. */
function builtBy({ source, call, kind }: SpringClient, name: string): string | undefined {
  const [first] = call.args;
  const written = first === undefined ? '' : source.textOf(first);
  if (kind === 'RestTemplate') {
    if (nameOfCall(call) === 'RestTemplateBuilder') return call.args.length === 0 ? name : undefined;
    if (call.args.length === 0) return `${name}.build()`;
    return /factory/i.test(written) && call.args.length === 1
      ? `${name}.requestFactory(() -> ${written}).build()`
      : undefined;
  }
  if (nameOfCall(call) === 'builder') return call.args.length === 0 ? name : undefined;
  return call.args.length === 0 ? `${name}.build()` : `${name}.baseUrl(${written}).build()`;
}

function placed(code: JavaCode, client: SpringClient, wanted: WantedBuilder, built: string): FixEdit[] | undefined {
  const { source, function: fn, call, use } = client;
  const given: Wanted = { type: wanted.type.name, name: wanted.name };
  const replaced = replace(source, call, built);
  const type = typeAround(source, call);
  if (annotationOf(fn, 'Bean') !== undefined) {
    const isCalled = code
      .calls(fn.name)
      .some(({ call: { callee } }) => callee.kind === 'name' || callee.kind === 'member');
    const parameter = isCalled ? undefined : addParameter(source, fn, given);
    return parameter && [parameter, replaced];
  }
  if (type === undefined || !isComponent(code, type)) return undefined;
  if (fn.modifiers.includes('constructor') && fn.type === type.id) {
    const parameter = addParameter(source, fn, given);
    return parameter && [parameter, replaced];
  }
  if (fn.id === 0) {
    if (use.kind !== 'field' || use.field === undefined || use.field.modifiers.includes('static')) return undefined;
    const { field } = use;
    const equals = source.code.text.lastIndexOf('=', client.call.start);
    const value = source.code.text.slice(client.chain[0]!.end, client.chain.at(-1)!.end);
    const made = injectIntoConstructor(
      source,
      type,
      given,
      `this.${field.name} = ${built}${value.replace(/\s*\n\s*/g, '')};`,
    );
    if (made === undefined || equals < field.start) return undefined;
    const end = client.chain.at(-1)!.end;
    const from = source.code.text.slice(field.start, equals).trimEnd().length + field.start;
    return [replace(source, { start: from, end }, ''), ...made];
  }
  if (fn.modifiers.includes('static') || fn.type !== type.id) return undefined;
  const made = injectField(source, type, given);
  const isShared = built === wanted.name || built.startsWith(`${wanted.name}.baseUrl`);
  // A builder that is kept is changed by what is built with it.
  const own = isShared ? built.replace(wanted.name, `${wanted.name}.clone()`) : built;
  return made && [...made, replace(source, call, own)];
}

/** A builder bean has to be one of one's own where it is load-balanced; the registry is what it lacks. */
function registryFix({ source, function: fn, call, kind }: SpringClient): Fix[] {
  if (kind === 'RestTemplate') return [];
  const registry = importClass(source, 'io.micrometer.observation.ObservationRegistry');
  const parameter = addParameter(source, fn, { type: registry.name, name: 'observationRegistry' });
  if (parameter === undefined) return [];
  const edits = [...registry.edits, parameter, insertAt(source, call.end, '.observationRegistry(observationRegistry)')];
  return [{ title: 'Give the builder the ObservationRegistry', edits }];
}
