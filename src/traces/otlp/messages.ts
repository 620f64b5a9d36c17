import { load, type opentelemetry } from './generated/otlp';

/** OTLP's messages as protobufjs classes: everything that is not on the hot path goes through these. */
export type Messages = typeof opentelemetry.proto;

/** The classes; the first call sets them up and costs some milliseconds, so never at start. */
export function loadMessages(): Messages {
  return load().proto;
}
