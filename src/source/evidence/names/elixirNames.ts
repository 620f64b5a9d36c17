import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { toLine0, line1, containsLine } from '../../../base/positions';
import { firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { isLibraryScope } from '../../libraryScopes';
import { CONFIDENCE, SHARED } from '../confidences';

/** A function of Elixir as a span names it. */
interface ElixirFunction {
  /** `ShopWeb.PageLive` */
  readonly module: string;
  readonly name: string;
  /** Of LiveView: tells the clause that answers. */
  readonly event?: string | undefined;
  readonly from: string;
}

const WORKER = ['oban.job.worker', 'messaging.oban.worker'];

/**
 * The functions that Elixir's libraries name in their own ways: Phoenix' plug and action, LiveView's callbacks, Oban's
 * workers, Broadway's pipelines, and spans called `Module.function/arity`.
 */
export function elixirNameEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (context.dialect !== undefined && context.dialect !== 'elixir') return NO_PLACES;
  const worker = firstText(operation.attributes, WORKER);
  if (worker !== undefined && operation.kind === 'PRODUCER') return enqueued(withoutPrefix(worker), context);
  const named = elixirFunction(operation);
  return named === undefined ? NO_PLACES : placesOfFunction(named, context);
}

async function placesOfFunction(named: ElixirFunction, context: EvidenceContext): Promise<Candidate[]> {
  context.touch('paths');
  const parts = [...named.module.split('.'), named.name];
  const [first, ...others] = await context.functions.elixirPath(parts, context.scope, context.touch);
  if (!first) {
    context.miss('symbol-not-found', `No module of the workspace is ${named.module} with a function ${named.name}.`);
    return [];
  }
  const confidence = others.length > 0 ? SHARED.function : CONFIDENCE.function.qualified;
  const because = { kind: 'function', confidence, text: `${named.from} ${named.module}.${named.name}` } as const;
  const clause = named.event === undefined ? undefined : await clauseOf(first, named.event, context);
  return [
    clause === undefined
      ? ownerCandidate(first.file, first.facts, first.index, because)
      : { ...ownerCandidate(first.file, first.facts, clause.index, because), line: toLine0(line1(clause.line)) },
    ...others.map(({ file, facts, index }) => ownerCandidate(file, facts, index, because)),
  ];
}

function elixirFunction(operation: OperationKey): ElixirFunction | undefined {
  const { attributes, name, kind, scope } = operation;
  const plug = firstText(attributes, ['phoenix.plug']);
  const action = firstText(attributes, ['phoenix.action'])?.replace(/^:/, '');
  if (plug !== undefined && action !== undefined && !withoutPrefix(plug).startsWith('Phoenix.')) {
    return { module: withoutPrefix(plug), name: action, from: 'action' };
  }
  const worker = firstText(attributes, WORKER);
  if (worker !== undefined) return { module: withoutPrefix(worker), name: 'perform', from: 'worker' };
  if (!name.includes('.') && !name.endsWith(' process')) return undefined;
  const oban = /^((?:[A-Z]\w*\.)*[A-Z]\w*) process$/.exec(name)?.[1];
  if (oban !== undefined && /oban/.test(scope)) return { module: oban, name: 'perform', from: 'worker' };
  const view =
    /^((?:[A-Z]\w*\.)+[A-Z]\w*)\.(mount|handle_params|handle_event|handle_info|render|update)(?:#(.+))?$/.exec(name);
  if (view) return { module: view[1]!, name: view[2]!, event: view[3], from: 'callback' };
  const pipeline = /^((?:[A-Z]\w*\.)*[A-Z]\w*)\/\w+ process$/.exec(name)?.[1];
  if (pipeline !== undefined) return { module: pipeline, name: 'handle_message', from: 'pipeline' };
  const whole = /^(?:Elixir\.)?((?:[A-Z]\w*\.)*[A-Z]\w*)\.([a-z_]\w*[?!]?)(?:\/\d+)?$/.exec(name);
  const isOwn =
    kind !== 'CLIENT' && !isLibraryScope(scope) && operation.resource.get('telemetry.sdk.language') === 'erlang';
  return whole && isOwn ? { module: whole[1]!, name: whole[2]!, from: 'function' } : undefined;
}

function withoutPrefix(module: string): string {
  return module.replace(/^Elixir\./, '');
}

/** The clause of `handle_event` that is for an event. */
async function clauseOf(
  { file, facts, index }: FoundFunction,
  event: string,
  context: EvidenceContext,
): Promise<{ readonly index: number; readonly line: number } | undefined> {
  const fact = facts.functions[index]!;
  const text = (await context.files.read(file.path)) ?? '';
  const container = fact.container.join('.');
  const head = new RegExp(
    `^[ \\t]*def ${fact.name}\\(?\\s*(?:"${escapeRegExp(event)}"|:${escapeRegExp(event)}\\b)`,
    'gm',
  );
  for (const { index: at } of text.matchAll(head)) {
    const line = line1(text.slice(0, at).split('\n').length);
    const around = facts.functions.findIndex(
      (other) =>
        other.name === fact.name && other.container.join('.') === container && containsLine(other.range, toLine0(line)),
    );
    if (around >= 0) return { index: around, line };
  }
  return undefined;
}

/** The calls that make jobs of a worker. */
async function enqueued(worker: string, context: EvidenceContext): Promise<Candidate[]> {
  context.touch(`message:${worker}`);
  const entries = context.index.messages
    .get(worker)
    .filter(({ file, value }) => value.system === 'oban' && context.reaches(context.files.get(file)));
  const near = context.scope.nearest(entries, ({ file }) => context.files.get(file)!);
  const found: Candidate[] = [];
  for (const { file: path, value } of near) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const because = {
      kind: 'messaging',
      confidence: near.length > 1 ? SHARED.messaging : CONFIDENCE.messaging.job,
      text: `job ${worker}`,
    } as const;
    if (facts) found.push(callsiteCandidate(file, facts, value.range, because));
  }
  return found;
}
