import type { JsonObject } from '../otlp/jsonFields';
import type { FileSpans } from './fileSpans';

/** One of the shapes in which traces are written as JSON. Told apart value by value. */
export interface JsonTraceFormat {
  /** As `spanlight trace` prints it. */
  readonly name: string;
  /** Whether a value holds traces in this shape. Looks at a few fields only. */
  recognises(value: JsonObject): boolean;
  /** Begins to read the values of one file. */
  begin(spans: FileSpans): JsonTraceReader;
}

export interface JsonTraceReader {
  /** @throws SpanlightError if the value is not of the shape after all; nothing of it was added. */
  add(value: JsonObject): void;
  /** After the last value: formats whose spans depend on each other give them only now. */
  finish(): void;
  /** As `textValues` of a trace file; false where left out. */
  readonly hasTextValues?: boolean;
}
