import { SpanlightError } from '../../base/errors';
import type { AttributeValue } from '../../model/attributes';
import { parseSpanId, parseTraceId } from '../../model/ids';
import { nanos } from '../../model/time';
import type { LogRecord } from '../../model/trace';
import { Rejections, type DecodeResult } from './decodeResult';
import type { opentelemetry } from './generated/otlp';
import {
  countField,
  fieldOf,
  idField,
  isObject,
  JsonFieldError,
  listField,
  objectField,
  textField,
  unsignedField,
  type JsonObject,
} from './jsonFields';
import { writeAttributes, writeValue } from './jsonValues';
import { loadMessages } from './messages';
import { attributesOf, valueOf } from './messageValues';
import { ProtobufWriter } from './protobufWriter';
import { asShapeError, parseBody } from './tracesJson';

type LogMessage = opentelemetry.proto.logs.v1.LogRecord.$Properties;

/** By severity number: four steps each, 1 to 24. */
const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** What a logs export request holds. */
export interface DecodedLogs extends DecodeResult {
  /** Those that say which span they belong to. The others were accepted, but there is nothing to show them at. */
  readonly records: readonly LogRecord[];
}

/**
 * Decodes an ExportLogsServiceRequest.
 * @throws SpanlightError if it is no protobuf.
 */
export function decodeLogsProtobuf(bytes: Uint8Array): DecodedLogs {
  return collect(bytes, new Rejections());
}

/**
 * Decodes a logs export request in OTLP/JSON; records that cannot be read are left out alone.
 * @throws SpanlightError if it is no JSON, or not of this shape.
 */
export function decodeLogsJson(text: string): DecodedLogs {
  const writer = new ProtobufWriter();
  const rejections = new Rejections();
  asShapeError(() => {
    for (const resource of listField(parseBody(text), 'resourceLogs')) {
      writer.message(1, () => writeScopes(writer, resource, rejections));
    }
  });
  return collect(writer.written, rejections);
}

function collect(bytes: Uint8Array, rejections: Rejections): DecodedLogs {
  const records: LogRecord[] = [];
  let accepted = 0;
  for (const { scopeLogs } of decode(bytes).resourceLogs ?? []) {
    for (const { logRecords } of scopeLogs ?? []) {
      for (const message of logRecords ?? []) {
        accepted++;
        const record = logRecord(message);
        if (record.traceId !== undefined && record.spanId !== undefined) records.push(record);
      }
    }
  }
  return { ...rejections.result(accepted, 'log records'), records };
}

function decode(bytes: Uint8Array): opentelemetry.proto.logs.v1.LogsData {
  try {
    return loadMessages().logs.v1.LogsData.decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpanlightError(`The bytes are not OTLP protobuf: ${reason}.`, undefined, undefined, { cause: error });
  }
}

function logRecord(message: LogMessage): LogRecord {
  const time = BigInt(String(message.timeUnixNano ?? 0));
  return {
    timeNs: nanos(time === 0n ? BigInt(String(message.observedTimeUnixNano ?? 0)) : time),
    traceId: parseTraceId(Buffer.from(message.traceId ?? []).toString('hex')),
    spanId: parseSpanId(Buffer.from(message.spanId ?? []).toString('hex')),
    severity: message.severityText || severityName(message.severityNumber ?? 0),
    body: textOf(valueOf(message.body)),
    attributes: attributesOf(message.attributes),
  };
}

function severityName(number: number): string {
  return SEVERITIES[Math.floor((number - 1) / 4)] ?? '';
}

/** A structured body as JSON, with what JSON cannot say as text. */
function textOf(body: AttributeValue): string {
  if (body === null) return '';
  if (typeof body !== 'object') return String(body);
  return JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  });
}

function writeScopes(writer: ProtobufWriter, resource: unknown, rejections: Rejections): void {
  if (!isObject(resource)) throw new JsonFieldError('an item of resourceLogs is not an object');
  for (const scope of listField(resource, 'scopeLogs')) {
    if (!isObject(scope)) throw new JsonFieldError('an item of scopeLogs is not an object');
    const records = listField(scope, 'logRecords');
    writer.message(2, () => {
      for (const record of records) writeRecordAlone(writer, record, rejections);
    });
  }
}

function writeRecordAlone(writer: ProtobufWriter, record: unknown, rejections: Rejections): void {
  const before = writer.length;
  try {
    if (!isObject(record)) throw new JsonFieldError('a log record is not an object');
    writer.message(2, () => writeRecord(writer, record));
  } catch (error) {
    if (!(error instanceof JsonFieldError)) throw error;
    writer.length = before;
    rejections.add(error.message);
  }
}

function writeRecord(writer: ProtobufWriter, record: JsonObject): void {
  writer.fixed64(1, unsignedField(record, 'timeUnixNano'));
  const severity = fieldOf(record, 'severityNumber');
  if (typeof severity === 'number') writer.number(2, countField(record, 'severityNumber'));
  // Enum by name: SEVERITY_NUMBER_WARN2 says what WARN says.
  const name = typeof severity === 'string' ? severity.replace(/^SEVERITY_NUMBER_|\d+$/g, '') : '';
  writer.text(3, textField(record, 'severityText') || name);
  const body = objectField(record, 'body');
  if (body !== undefined) writeValue(writer, 5, body);
  writeAttributes(writer, 6, listField(record, 'attributes'));
  for (const [field, id] of [
    [9, idField(record, 'traceId', 16)],
    [10, idField(record, 'spanId', 8)],
  ] as const) {
    if (id !== undefined) writer.raw(field, id);
  }
  writer.fixed64(11, unsignedField(record, 'observedTimeUnixNano'));
}
