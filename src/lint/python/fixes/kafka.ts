import type { Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { headersOf, type KafkaLibrary, type KafkaProduce } from '../kafka/kafkaClients';
import { freeName, imported, linesBefore, replaced, withArgument, wrapped } from './edits';

/** So many arguments by place have no headers among them, whatever the producer: topic, value and key, partition, callback. */
const MAX_BY_PLACE = 5;

/** Injects the context into a dict before the call, and gives it as headers in the shape that Kafka libraries take. */
export function injectHeaders(site: KafkaProduce): Fix[] {
  const { source, function: fn, call, method } = site;
  const headers = headersOf(site);
  const byPlace = call.args.findIndex(({ name }) => name !== undefined);
  // Which of so many by place are headers depends on the producer's class.
  if (headers === undefined && (byPlace < 0 ? call.args.length : byPlace) > MAX_BY_PLACE) return [];
  if (method === 'send_batch' || (headers !== undefined && headers.kind !== 'list')) return [];
  if (call.args.some(({ spread }) => spread)) return [];
  const carrier = freeName(source, fn, 'carrier');
  const inject = imported(source, 'opentelemetry.propagate', 'inject');
  const before = linesBefore(source, fn, call.start, [
    `${carrier}: dict[str, str] = {}`,
    `${inject.local}(${carrier})`,
  ]);
  if (before === undefined) return [];
  const added = `[(key, value.encode()) for key, value in ${carrier}.items()]`;
  const edit =
    headers === undefined
      ? withArgument(source, call, `headers=${added}`)
      : replaced(source, headers, `[*${source.textOf(headers)}, *${added}]`);
  return [{ title: 'Inject the trace context into the headers', edits: [...inject.edits, before, edit] }];
}

/** Gives the span of a message the context in its headers. */
export function extractHeaders(
  source: SourceCode,
  fn: CodeFunction,
  span: Call,
  message: string,
  library: KafkaLibrary,
): Fix[] {
  const isOnlyMessage = (assignmentsIn(fn).get(message) ?? []).length <= 1;
  if (!isOnlyMessage || span.args.some(({ spread }) => spread)) return [];
  const extract = imported(source, 'opentelemetry.propagate', 'extract');
  const headers = library === 'confluent-kafka' ? `${message}.headers()` : `${message}.headers`;
  const carrier = `{key: value.decode() for key, value in ${headers} or [] if value is not None}`;
  const edit = withArgument(source, span, `context=${extract.local}(${carrier})`);
  return [{ title: 'Start the span in the trace of the message', edits: [...extract.edits, edit] }];
}

/** Headers in a list, to which the instrumentation can add. */
export function headersInList(source: SourceCode, headers: Expression): Fix[] {
  return [{ title: 'Give the headers in a list', edits: wrapped(source, headers, 'list') }];
}

/** Instruments the one client that the patching of the module misses. */
export function instrumentClient(source: SourceCode, made: Call, side: 'producer' | 'consumer'): Fix[] {
  const instrumentor = imported(source, 'opentelemetry.instrumentation.confluent_kafka', 'ConfluentKafkaInstrumentor');
  const edits = [...instrumentor.edits, ...wrapped(source, made, `${instrumentor.local}.instrument_${side}`)];
  return [{ title: `Instrument this ${side}`, edits }];
}
