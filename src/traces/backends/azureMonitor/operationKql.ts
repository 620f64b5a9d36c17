import { SHAPE_PERCENTS } from '../../../model/histogram/quantileBuckets';
import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import type { AzureDialect } from './azureDialect';
import { datetime, isOneOf, literal, propertyText, where, within, type Condition } from './kql';
import { FAILED, SERVICE } from './spanKql';

/** Steps of the trend: the words draw eight. */
export const STEPS = 8;
/** Spans of each operation that are told besides the slowest, the latest and the latest that failed. */
const SOME = 4;
/** What is told of a failure's message and stack. */
const MAX_MESSAGE = 300;
const MAX_STACK = 4_000;

/** Spans to be counted. */
export interface CountedSpans {
  readonly dialect: AzureDialect;
  readonly window: TimeWindow;
  readonly conditions: readonly (Condition | string | undefined)[];
  readonly limit: number;
}

/** What tells operations apart: columns, and those of which only a part does. */
const GROUPED = [
  `Service=${SERVICE}`,
  ...['Type', 'DependencyType', 'Name'],
  `Scope=${propertyText('instrumentationlibrary.name')}`,
  `Identity=tostring(pack_array(${OPERATION_ATTRIBUTES.map(attributeText).join(', ')}))`,
  // A root of this type called nobody; a request that only names its source was received from a queue.
  'Rooted=(DependencyType == "Dependency" and isempty(ParentId) and isempty(Target))',
  'Sourced=(isempty(Url) and isnotempty(Source))',
  // Of calls over HTTP some exporters write the whole address where its host should be.
  'CallTarget=iff(DependencyType startswith "HTTP", extract("^(?:https?://)?([^/| ]+)", 1, Target), Target)',
];

/**
 * Calls, failures, durations and spans worth opening by operation, the most frequent first. What the SDKs sampled counts
 * as often as it stands for (`ItemCount`).
 */
export function countKql({ dialect, window, conditions, limit }: CountedSpans): string {
  const pick = `pack_array(OperationId, Id, tostring(TimeGenerated), DurationMs, Failed, substring(${propertyText('otel.status_description')}, 0, ${MAX_MESSAGE}))`;
  const percents = SHAPE_PERCENTS.join(', ');
  const steps = Array.from({ length: STEPS }, (_, step) => step);
  const columns = [
    ...['R=count()', 'N=sum(Calls)', 'E=sumif(Calls, Failed)', 'S=sum(DurationMs * Calls)'],
    ...['Lo=min(DurationMs)', 'Hi=max(DurationMs)', `P=percentilesw_array(DurationMs, Calls, ${percents})`],
    ...['ELo=min(FailedMs)', 'EHi=max(FailedMs)', `EP=percentilesw_array(FailedMs, Calls, ${percents})`],
    ...steps.flatMap((step) => [
      `N${step}=sumif(Calls, Step == ${step})`,
      `E${step}=sumif(Calls, Step == ${step} and Failed)`,
      `P${step}=percentilew(iff(Step == ${step}, DurationMs, real(null)), Calls, 95)`,
    ]),
    'AnyUrl=take_anyif(Url, isnotempty(Url))',
    ...['arg_max(SlowKey, Slow)', 'arg_max(FailedKey, LastFailed)', 'arg_max(LastKey, Last)'],
    `Some=make_list_if(Pick, not(Failed), ${SOME})`,
  ];
  const extended = [...[`Failed=${FAILED}`, 'Calls=coalesce(ItemCount, 1)', `Step=${stepKql(window)}`]];
  const keys = [
    ...[`Pick=${pick}`, 'FailedMs=iff(Failed, DurationMs, real(null))', 'SlowKey=DurationMs'],
    'FailedKey=iff(Failed, TimeGenerated, datetime(null))',
    'LastKey=iff(Failed, datetime(null), TimeGenerated)',
  ];
  return [
    `${dialect.spans}${where([within(window), ...conditions])}`,
    `extend ${extended.join(', ')}`,
    `extend ${keys.join(', ')}`,
    'extend Slow=Pick, LastFailed=Pick, Last=Pick',
    `summarize ${columns.join(', ')} by ${GROUPED.join(', ')}`,
    `top ${limit} by N desc`,
  ].join(' | ');
}

/** What processes say of themselves: of the latest span of each service. */
export function resourceKql({ dialect, window, conditions, limit }: CountedSpans): string {
  const spans = `${dialect.spans}${where([within(window), ...conditions])}`;
  const latest = 'arg_max(TimeGenerated, AppRoleName, AppRoleInstance, AppVersion, Properties)';
  return `${spans} | summarize ${latest} by Service=${SERVICE} | top ${limit} by TimeGenerated desc`;
}

/** The exceptions of some spans, by the ids that their rows have. */
export function exceptionKql(
  { exceptionRows }: AzureDialect,
  window: TimeWindow,
  failures: readonly { readonly operation: string; readonly span: string }[],
  limit: number,
): string | undefined {
  const operations = isOneOf('OperationId', [...new Set(failures.map(({ operation }) => operation))]);
  const spans = isOneOf('ParentId', [...new Set(failures.map(({ span }) => span))]);
  if (operations === undefined || spans === undefined) return undefined;
  const stack = `Stack=substring(tostring(Details[0].rawStack), 0, ${MAX_STACK})`;
  const columns = ['Type', 'TimeGenerated', 'OperationId', 'ParentId', 'ExceptionType', 'OuterMessage', stack];
  const rows = `${exceptionRows}${where([within(window), operations, spans])}`;
  return `${rows} | top ${limit} by TimeGenerated desc | project ${columns.join(', ')}`;
}

/** Where numbers are kept as such, they are measurements. */
function attributeText(name: string): string {
  return `coalesce(${propertyText(name)}, tostring(Measurements[${literal(name)}]))`;
}

function stepKql({ from, to }: TimeWindow): string {
  const ends = Array.from({ length: STEPS - 1 }, (_, step) => from + ((to - from) * BigInt(step + 1)) / BigInt(STEPS));
  return `case(${ends.map((end, step) => `TimeGenerated < ${datetime(end)}, ${step}`).join(', ')}, ${STEPS - 1})`;
}
