import { textWithoutComments, type Site } from './dotnetCode';
import type { DotnetProcess } from './dotnetProcess';
import { isReached } from './setup';

/** Set-ups that listen to nothing but what they are told; distributions have lists of their own. */
const SETUPS = /^(WithTracing|AddOpenTelemetryTracing|CreateTracerProviderBuilder|UseAzureMonitor)$/;
/** Application Insights' own agent, which knows no bus: beside a set-up of OpenTelemetry it changes nothing for them. */
const BESIDE = /^AddApplicationInsightsTelemetry\w*$/;
/** What may be called on the builder of a tracer provider without adding sources that are not named. */
const KNOWN_ON_BUILDER =
  /^(AddSource|AddLegacySource|Add\w*Exporter|Add\w*Instrumentation|AddNpgsql|AddProcessor|Use\w*Exporter|Configure\w*Instrumentation|Set(Sampler|ResourceBuilder|ErrorStatusOnException)|ConfigureResource|Build)$/;

/** Projects that hold what is said between others, and set nothing up. */
const OF_DATA = /(Contracts?|Dtos?|Models?|Entities|Events?|Messages|Domain)\.csproj\b/i;

/**
 * Whether a project that is not among the files may listen to more than a set-up says: not to a provider that is built where
 * it stands, and not where all that is missing is data.
 */
export function mayListenUnseen({ code }: DotnetProcess, setup: Site): boolean {
  const { missing } = code.code.unit;
  if (missing === undefined || setup.name === 'CreateTracerProviderBuilder') return false;
  return missing.some(({ text }) => !OF_DATA.test(text));
}

/**
 * The set-up of the process. Others only configure the same provider further: of more than one, that which makes spans of
 * requests is meant, and where more than one file does, which of them exports cannot be told. None where one of them may
 * listen to more than it says.
 */
export function mainSetup({ code, setup }: DotnetProcess): Site | undefined {
  if (setup.tracing.some(({ text }) => !SETUPS.test(text) && !BESIDE.test(text))) return undefined;
  const reached = [...code.matching(SETUPS)].filter((site) => isReached(code, site));
  if (reached.some((site) => !isPlain(site))) return undefined;
  const [first] = reached.filter(({ name }) => name !== 'UseAzureMonitor').concat(reached);
  if (first === undefined || reached.every(({ source, name }) => source === first.source || name === 'UseAzureMonitor'))
    return first;
  if (reached.some(({ name }) => !/^(WithTracing|UseAzureMonitor)$/.test(name))) return undefined;
  const [main, ...others] = reached.filter((site) => instruments(site));
  return others.length === 0 ? main : undefined;

  function instruments({ source, call }: Site): boolean {
    return /\.Add\w+Instrumentation\(/.test(textWithoutComments(source, call));
  }

  function isPlain({ source, function: fn, call, name: setupName }: Site): boolean {
    // Its argument says where to, and nothing of what to listen to.
    if (setupName === 'UseAzureMonitor') return true;
    const builders = call.args.map(({ value }) => value).filter(({ kind }) => kind === 'function');
    if (call.args.length > builders.length) return false;
    // What lambdas in it call is called on the options of an instrumentation, or on an activity.
    const inner = builders.flatMap((value) => {
      const given = value.kind === 'function' ? source.code.functions[value.function]! : fn;
      return code.sitesWithin({ source, function: given }).filter((site) => site.function === given);
    });
    const chained = source
      .callsIn(fn)
      .filter((one) => one !== call && one.start <= call.start && one.end > call.end)
      .map((one) => ({ source, function: fn, call: one, name: nameOf(one) }));
    const onBuilder = /^Create/.test(nameOf(call)) ? [...inner, ...chained] : inner;
    return onBuilder
      .filter((site) => /^(Add|Use|With|Configure|Register)[A-Z]/.test(site.name))
      .every(
        ({ name }) =>
          KNOWN_ON_BUILDER.test(name) || /^Add(Service|Attributes|Telemetry\w*|Environment\w*|Detector)$/.test(name),
      );
  }
}

function nameOf({ callee }: Site['call']): string {
  return callee.kind === 'member' || callee.kind === 'name' ? callee.name : '';
}
