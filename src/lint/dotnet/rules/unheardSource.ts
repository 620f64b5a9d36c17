import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { statementOf } from '../../code/parents';
import { findingAt, relatedAt } from '../../report';
import { ActivitySources } from '../activitySources';
import type { FunctionPlace } from '../../code/program';
import {
  argumentOf,
  lastName,
  placeOf,
  plainType,
  receiverOf,
  textWithoutComments,
  type DotnetCode,
  type Site,
} from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { listenTo } from '../fixes/setupFixes';
import { mainSetup, mayListenUnseen } from '../mainSetup';
import { isReached } from '../setup';
import { calledFunctions } from '../types';
import { describePlace, tracingOf } from '../words';
import { Work } from '../work';

const MAX_RELATED = 8;
/** Code that reads a context out of what it was given. */
const READS =
  /\bExtract\w*\s*(<[^<>]*>)?\(|\bActivityContext\s*\.\s*(Try)?Parse\s*\(|\bnew\s+ActivityContext\s*\(|\bActivityTraceId\s*\.\s*CreateFrom/;
/** Code that writes one into what it sends. */
const WRITES = /\bInject\w*\s*(<[^<>]*>)?\(|trace-?parent/i;
const CURRENT = /\bActivity\s*\.\s*Current\b/;

/** What runs by itself, without a caller whose span would be active. */
const BY_ITSELF = /^(BackgroundService|IHostedService|IHostedLifecycleService|IJob|IInvocable)$/;

const REPEATS = /\b(foreach|for|while)\s*\(/;

/** What an activity that is null loses: its parent, what is written of it, or the trace that its calls would share. */
type Way = 'read' | 'written' | 'shared';

interface Lost {
  readonly site: Site;
  readonly name: string;
  readonly way: Way;
}

/** The worst of several, with its rule, what it comes to, and what is said of each place. */
const WAYS: Readonly<Record<Way, { readonly rule: string; readonly what: string; readonly at: string }>> = {
  read: {
    rule: 'EXTRACT-UNUSED',
    what: 'the context that was read is dropped, and what follows begins a new trace',
    at: 'its parent is dropped here',
  },
  written: {
    rule: 'MSG-NO-INJECT',
    what: 'no context is written into what is sent',
    at: 'its context is what is sent, and there is none',
  },
  shared: {
    rule: 'SPAN-NOT-ACTIVE',
    what: 'each call of the background work under them begins a trace of its own',
    at: 'no span is active in what follows here',
  },
};

/**
 * EXTRACT-UNUSED, MSG-NO-INJECT and SPAN-NOT-ACTIVE, at the set-up: activities of a source that nobody listens to are null, so
 * that a context which is given to them as parent is dropped, one that is taken from them is empty, and nothing holds the calls
 * of background work together. Once for each process.
 */
export function unheardSources(process: DotnetProcess): Finding[] {
  const { code } = process;
  const starts = [...code.named('StartActivity'), ...code.named('CreateActivity')];
  if (starts.length === 0 || knowsOthers(process)) return [];
  const setup = mainSetup(process);
  if (setup === undefined || mayListenUnseen(process, setup)) return [];
  const sources = new ActivitySources(process);
  const work = new Work(code, process.setup, false);
  const lost = starts.flatMap((site) => {
    const receiver = receiverOf(site.call);
    if (receiver === undefined || !isReached(code, site)) return [];
    const way = wayOf(process, work, site);
    const name = way && sources.unheard(site.source, site.function, receiver);
    return way === undefined || name === undefined ? [] : [{ site, name, way } satisfies Lost];
  });
  const [first] = lost;
  if (first === undefined) return [];
  const names = [...new Set(lost.map(({ name }) => name))];
  const worst = (['read', 'written', 'shared'] as const).find((one) => lost.some(({ way }) => way === one))!;
  const { rule, what } = WAYS[worst];
  const traced = describePlace(tracingOf(process)[0]!, setup.source);
  const wanted = names.map((name) => `AddSource("${name}")`).join(', ');
  const fix = names.length > 1 ? undefined : listenTo(code, setup, first.name, `Listen to ${first.name}`);
  return [
    findingAt(rule, setup.source, placeOf(setup), {
      severity: 'warning',
      message: `Nothing listens to the activity source "${first.name}" (${traced}): ${wanted} is missing, its activities are null, ${what}.`,
      evidence: tracingOf(process).slice(0, 1),
      related: lost.slice(0, MAX_RELATED).map(({ site, way }) => relatedAt(site.source, placeOf(site), WAYS[way].at)),
      fixes: fix === undefined ? [] : [fix],
    }),
  ];
}

function wayOf(process: DotnetProcess, work: Work, site: Site): Way | undefined {
  if (isGivenRead(process, site)) return 'read';
  if (isOnlyContext(process, site)) return 'written';
  return isOverBackgroundWork(process.code, work, site) ? 'shared' : undefined;
}

/** Whether an activity, also one that a helper starts, would hold calls together in what runs by itself. */
function isOverBackgroundWork(code: DotnetCode, work: Work, site: Site): boolean {
  const around = code.outermost(site);
  const isStart = (one: Site): boolean => calledFunctions(code, one).some((to) => to.function === around.function);
  return [site, ...code.callersOf(around)].some((start) => {
    const place = code.outermost(start);
    const type = code.typeAround(place);
    if (place.function.id === 0 || type?.bases.some((base) => BY_ITSELF.test(plainType(base))) !== true) return false;
    if (start !== site && !isStart(start)) return false;
    const calls = code
      .sitesWithin(place)
      .filter((one) => one.call.start > start.call.end && !isStart(one) && work.isWork(one));
    const last = calls.at(-1);
    // One call alone has its trace for itself anyway.
    return last !== undefined && (calls.length > 1 || REPEATS.test(textBetween(start, last)));
  });
}

function textBetween({ source, call }: Site, later: Site): string {
  return source.textOf({ start: call.end, end: later.call.start });
}

/** Instrumentations of OpenTelemetry's and of well-known libraries listen to sources of their own only. */
const KNOWN =
  /^Add(AspNet(Core)?|HttpClient|Http|SqlClient|EntityFrameworkCore|StackExchangeRedis|Redis|Grpc(Net)?(Client|Core)|Grpc|Runtime|Process|MassTransit|Hangfire|Quartz|AWS\w*|Wcf|Npgsql|Elasticsearch\w*|MongoDB|MySqlData|Kafka\w*|ConfluentKafka|RabbitMQ\w*|Rabbit[mM]q\w*|Owin|Cassandra|Cap|Rebus|ServiceFabricRemoting|FusionCache|HotChocolate|GraphQL|Yarp|Marten|Orleans|OpenTelemetry)Instrumentation$/;

/** Whether an instrumentation of unknown code may listen to more: a company's package knows the company's sources. */
function knowsOthers({ code, setup }: DotnetProcess): boolean {
  return [...setup.instrumentations.keys()].some(
    (name) => name.endsWith('Instrumentation') && !KNOWN.test(name) && code.program.functionsNamed(name).length === 0,
  );
}

/** `source.StartActivity("handle", ActivityKind.Consumer, parent)` with a parent that was read from a message. */
function isGivenRead({ code }: DotnetProcess, site: Site): boolean {
  const { source, call } = site;
  const isKindFirst = /^ActivityKind\b/.test(call.args[0] ? source.textOf(call.args[0].value) : '');
  const given = argumentOf(call, isKindFirst ? 1 : 2, 'parentContext') ?? argumentOf(call, -1, 'parentId');
  if (given === undefined || isNothing(given.value) || CURRENT.test(source.textOf(given.value))) return false;
  const around = code.outermost(site);
  const callers = around.function.id === 0 ? [] : code.callersOf(around).map((one) => code.outermost(one));
  const called = code
    .sitesWithin(around)
    .filter(({ call: one }) => receiverOf(one) === undefined)
    .flatMap(({ name }) => code.program.functionsNamed(name).filter((one) => one.source === source));
  return [around, ...callers, ...called]
    .filter((one) => one.function.id !== 0)
    .some((one) => READS.test(textWithoutComments(one.source, one.function)));
}

function isNothing(value: Expression): boolean {
  return (
    value.kind === 'literal' || lastName(value) === 'default' || (lastName(value) === '' && value.kind === 'other')
  );
}

/** `using var activity = source.StartActivity(…)` whose context is what is written, and no other's would be. */
function isOnlyContext({ code }: DotnetProcess, site: Site): boolean {
  const { source, function: fn, call } = site;
  const statement = statementOf(fn, call);
  const target = statement?.kind === 'assign' ? statement.targets[0] : undefined;
  if (target?.kind !== 'name') return false;
  const around = code.outermost(site);
  if (around.function.id === 0) return false;
  if (CURRENT.test(textWithoutComments(source, around.function))) return false;
  return (
    writesContext(around, target.name) ||
    givenTo(code, around, target.name).some(({ place, name }) => writesContext(place, name))
  );
}

/** Whether a function writes the context of an activity, and no other's, into something. */
function writesContext({ source, function: fn }: FunctionPlace, name: string): boolean {
  const text = textWithoutComments(source, fn);
  const taken = new RegExp(`\\b${name}\\s*[?!]?\\s*\\.\\s*(Id|Context)\\b`);
  return taken.test(text) && WRITES.test(text) && !CURRENT.test(text);
}

/** The functions that get an activity handed over by its name, with what they call it. */
function givenTo(
  code: DotnetCode,
  around: FunctionPlace,
  name: string,
): { readonly place: FunctionPlace; readonly name: string }[] {
  return code.sitesWithin(around).flatMap((site) => {
    const at = site.call.args.findIndex(({ value }) => value.kind === 'name' && value.name === name);
    if (at < 0) return [];
    return calledFunctions(code, site).flatMap((place) => {
      const parameter = place.function.parameters[at];
      return parameter === undefined ? [] : [{ place, name: parameter.name }];
    });
  });
}
