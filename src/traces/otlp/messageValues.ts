import { NO_ATTRIBUTES, type Attributes, type AttributeValue } from '../../model/attributes';
import type { opentelemetry } from './generated/otlp';

type KeyValueMessage = opentelemetry.proto.common.v1.KeyValue.$Properties;
type AnyValueMessage = opentelemetry.proto.common.v1.AnyValue.$Properties;

/** Attributes out of protobufjs messages. */
export function attributesOf(list: readonly KeyValueMessage[] | null | undefined): Attributes {
  if (!list || list.length === 0) return NO_ATTRIBUTES;
  return new Map(list.map(({ key, value }) => [key ?? '', valueOf(value)]));
}

/** A value out of a protobufjs message; null if it is empty. Nesting is bounded by protobufjs. */
export function valueOf(value: AnyValueMessage | null | undefined): AttributeValue {
  switch (value?.value) {
    case 'stringValue':
      return value.stringValue ?? '';
    case 'boolValue':
      return value.boolValue ?? false;
    case 'intValue':
      return exactNumber(BigInt(String(value.intValue)));
    case 'doubleValue':
      return value.doubleValue ?? 0;
    case 'bytesValue':
      return new Uint8Array(value.bytesValue ?? []);
    case 'arrayValue':
      return (value.arrayValue?.values ?? []).map(valueOf);
    case 'kvlistValue':
      return Object.fromEntries(attributesOf(value.kvlistValue?.values));
    case undefined:
      return null;
  }
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
