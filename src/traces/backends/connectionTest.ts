import { SpanlightError } from '../../base/errors';
import { requestsLeftWords, type RequestsLeft } from '../../base/requestsLeft';
import type { OperationStats } from '../../model/operation';
import { nanosFromMillis } from '../../model/time';
import type { ServiceSummary, TraceSource } from '../../model/traceSource';
import type { ConnectionStep } from './backend';
import { hasFault, isUnauthorised, isUnreachable } from './backendError';

const HOUR_MS = 3_600_000;
/** Services looked into for attributes that say where code is. */
const MAX_SERVICES = 3;

/** Attributes by which a span finds its line directly. */
const CODE = ['code.function.name', 'code.function', 'code.file.path', 'code.filepath'];
/** Attributes by which a handler is found. */
const ROUTES = [
  'http.route',
  'rpc.method',
  'messaging.destination.name',
  'messaging.destination',
  'url.template',
  'graphql.operation.name',
];

/** What a step found, and what to do about it. */
export type TestWords = Pick<ConnectionStep, 'message' | 'cure'>;

const NO_SERVICES: TestWords = {
  message: 'It knows no service yet.',
  cure: 'Send it traces, and check tenant and environment.',
};

/** What a test of a connection needs of a backend. */
export interface TestedSource extends Pick<TraceSource, 'services' | 'operations'> {
  readonly name: string;
  /** What is said where there are no services. */
  readonly noServices?: TestWords | undefined;
  readonly traffic?: { readonly requests?: number; readonly left?: RequestsLeft | undefined };
}

/**
 * Tries a backend by using it: the services, then the operations of some of them.
 * @param now epoch milliseconds.
 */
export async function* testConnection(
  source: TestedSource,
  signal: AbortSignal,
  now: number = Date.now(),
): AsyncGenerator<ConnectionStep> {
  const before = source.traffic?.requests;
  let services: readonly ServiceSummary[];
  try {
    services = await source.services(signal);
  } catch (error) {
    yield* failedSteps(source, error, signal, before);
    return;
  }
  yield { step: 'reachable', result: 'ok', message: `${source.name} answers.` };
  yield { step: 'authorised', result: 'ok', message: `It lets Spanlight read traces${budget(source)}.` };
  if (services.length === 0) {
    yield { step: 'traces', result: 'failed', ...(source.noServices ?? NO_SERVICES) };
    return;
  }
  const names = services.map(({ service }) => service);
  yield { step: 'traces', result: 'ok', message: `It has traces of ${listed(names)}.` };
  try {
    yield codeStep(await operationsOf(source, names, signal, now));
  } catch (error) {
    if (signal.aborted || !(error instanceof SpanlightError)) throw error;
    yield { step: 'code', result: 'warning', ...words(error) };
  }
}

function budget({ traffic }: TestedSource): string {
  const words = traffic?.left === undefined ? undefined : requestsLeftWords(traffic.left, Date.now());
  return words === undefined ? '' : ` (${words})`;
}

async function operationsOf(source: TestedSource, services: readonly string[], signal: AbortSignal, now: number) {
  const window = { from: nanosFromMillis(now - HOUR_MS), to: nanosFromMillis(now) };
  const found: OperationStats[] = [];
  for (const service of services.slice(0, MAX_SERVICES)) {
    found.push(...(await source.operations({ window, service }, signal)));
  }
  return found;
}

function codeStep(operations: readonly OperationStats[]): ConnectionStep {
  const has = (keys: readonly string[]) =>
    operations.some(({ key }) => keys.some((attribute) => key.attributes.has(attribute)));
  if (operations.length === 0) {
    return {
      step: 'code',
      result: 'warning',
      message: 'Nothing was called within the last hour.',
      cure: 'Hints appear once there are newer traces.',
    };
  }
  if (has(CODE)) return { step: 'code', result: 'ok', message: 'Its spans name the functions they come from.' };
  if (has(ROUTES)) {
    return {
      step: 'code',
      result: 'ok',
      message: 'Its spans carry routes or methods, by which handlers are found.',
      cure: 'With code.function.name and code.file.path on spans, every function would be found.',
    };
  }
  return {
    step: 'code',
    result: 'warning',
    message: 'Its spans say nothing of where their code is but their names.',
    cure: 'Add code.function.name and code.file.path to spans, or use an instrumentation that sets http.route.',
  };
}

/** @param before requests that had been sent before the test. */
function* failedSteps(
  { name, traffic }: TestedSource,
  error: unknown,
  signal: AbortSignal,
  before: number | undefined,
): Generator<ConnectionStep> {
  if (signal.aborted || !(error instanceof SpanlightError)) throw error;
  // A configuration that lacks something keeps everything from being asked: nothing is known of what would be answered.
  if (hasFault(error, 'badRequest') && before !== undefined && traffic?.requests === before) {
    yield { step: 'traces', result: 'failed', ...words(error) };
    return;
  }
  if (isUnreachable(error)) {
    yield { step: 'reachable', result: 'failed', ...words(error) };
    return;
  }
  // Without a secret to send, nobody was asked.
  if (!hasFault(error, 'unauthorised') || error.status !== undefined) {
    yield { step: 'reachable', result: 'ok', message: `${name} answers.` };
  }
  if (!isUnauthorised(error)) yield { step: 'authorised', result: 'ok', message: 'It lets Spanlight in.' };
  yield { step: isUnauthorised(error) ? 'authorised' : 'traces', result: 'failed', ...words(error) };
}

function words(error: SpanlightError): TestWords {
  return { message: error.message, ...(error.cure === undefined ? {} : { cure: error.cure }) };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
