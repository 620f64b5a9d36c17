import type { AttributeValue } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { classicTime, labelsOf } from './elasticClassicSpan';
import { RESOURCE_LABELS } from './elasticNames';
import { timestampOf } from './elasticParts';
import { documentsOf, fieldsUnder, flatDocument, type FlatDocument } from './flatDocument';
import { recordIds } from './recordIds';
import { itemsOf, textOf, valueOf } from './recordValues';
import type { EventOfSpan, MutableAttributes } from './spanRecord';

/**
 * The events of Elastic APM's spans, a document each: errors (`logs-apm.error-*`), other events of classic spans
 * (`logs-apm.app.*`), and those of native OpenTelemetry spans (`logs-*.otel-*`). What is none of these is left out.
 */
export function* elasticEvents(answer: unknown): Generator<EventOfSpan> {
  for (const document of documentsOf(answer)) {
    if (!isObject(document)) continue;
    const flat = flatDocument(document);
    const found = flat.has('trace_id') ? nativeEvent(flat) : classicEvent(flat);
    if (found !== undefined) yield found;
  }
}

function nativeEvent(flat: FlatDocument): EventOfSpan | undefined {
  const name = textOf(flat.get('event_name')) ?? textOf(flat.get('attributes.event.name'));
  const attributes: MutableAttributes = new Map();
  for (const [key, value] of fieldsUnder(flat, 'attributes.')) {
    // The exporter notes the name once more.
    if (key !== 'event.name' || value !== name) attributes.set(key, valueOf(value));
  }
  return eventOf(flat.get('trace_id'), flat.get('span_id'), timestampOf(flat.get('@timestamp')), name, attributes);
}

function classicEvent(flat: FlatDocument): EventOfSpan | undefined {
  const isError = flat.get('processor.event') === 'error' || flat.has('error.exception');
  const attributes = isError ? exceptionOf(flat) : new Map<string, AttributeValue>();
  if (isError && attributes.size === 0) return undefined;
  for (const [name, value] of labelsOf(flat)) if (!RESOURCE_LABELS.includes(name)) attributes.set(name, value);
  const name = isError ? 'exception' : textOf(flat.get('message'));
  // An error's parent is its span; of a transaction's events, the transaction stands for the span.
  const span = flat.get('parent.id') ?? flat.get('span.id') ?? flat.get('transaction.id');
  return eventOf(flat.get('trace.id'), span, classicTime(flat), name, attributes);
}

function eventOf(
  trace: unknown,
  span: unknown,
  timeNs: bigint | undefined,
  name: string | undefined,
  attributes: MutableAttributes,
): EventOfSpan | undefined {
  const ids = recordIds(trace, span, undefined);
  if (ids === undefined || timeNs === undefined || name === undefined) return undefined;
  return { traceId: ids.traceId, spanId: ids.spanId, event: { timeNs, name, attributes } };
}

/** What an error says; nothing where it says neither type nor message. */
function exceptionOf(flat: FlatDocument): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  const [thrown] = itemsOf(flat.get('error.exception')).filter(isObject);
  const type = textOf(thrown?.type) ?? textOf(flat.get('error.type'));
  const said = [thrown?.message, flat.get('error.log.message'), flat.get('error.message')];
  const message = said.map(textOf).find((text) => text !== undefined);
  if (type !== undefined) attributes.set('exception.type', type);
  // What stands for a message that was empty.
  if (message !== undefined && message !== '[EMPTY]') attributes.set('exception.message', message);
  const frames = itemsOf(thrown?.stacktrace ?? flat.get('error.log.stacktrace')).filter(isObject);
  const stack = textOf(flat.get('error.stack_trace')) ?? stackText(frames, type, message);
  if (stack !== undefined) attributes.set('exception.stacktrace', stack);
  if (typeof thrown?.handled === 'boolean' && !thrown.handled) attributes.set('exception.escaped', true);
  return attributes;
}

/** A stack as the language's runtime would print it, out of frames, the innermost first. */
function stackText(frames: readonly JsonObject[], type = 'Error', message?: string): string | undefined {
  if (frames.length === 0) return undefined;
  const said = message === undefined ? type : `${type}: ${message}`;
  const files = frames.map(({ filename }) => textOf(filename) ?? '');
  if (files.some((file) => file.endsWith('.py'))) {
    const lines = frames.map((frame) => `  File "${fileOf(frame)}", line ${lineOf(frame)}, in ${functionOf(frame)}`);
    return ['Traceback (most recent call last):', ...lines.reverse(), said].join('\n');
  }
  const isJvm = frames.some(({ classname }) => typeof classname === 'string');
  const lines = frames.map((frame) => (isJvm ? jvmLine(frame) : `    at ${functionOf(frame)} (${placeOf(frame)})`));
  return [said, ...lines].join('\n');
}

function jvmLine(frame: JsonObject): string {
  const line = lineOf(frame);
  const place = `${textOf(frame.filename) ?? 'Unknown Source'}${line === '' ? '' : `:${line}`}`;
  return `\tat ${textOf(frame.classname) ?? ''}.${functionOf(frame)}(${place})`;
}

function placeOf(frame: JsonObject): string {
  const column = textOf(isObject(frame.line) ? frame.line.column : undefined);
  return [fileOf(frame), lineOf(frame), column].filter((part) => part !== undefined && part !== '').join(':');
}

function fileOf({ abs_path: path, filename }: JsonObject): string {
  return textOf(path) ?? textOf(filename) ?? '<unknown>';
}

function lineOf({ line }: JsonObject): string {
  return textOf(isObject(line) ? line.number : undefined) ?? '';
}

function functionOf({ function: name }: JsonObject): string {
  return textOf(name) ?? '<anonymous>';
}
