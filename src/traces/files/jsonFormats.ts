import type { JsonTraceFormat } from './jsonTraceFormat';
import { otlpJson, tempoJson } from './otlpJsonValues';
import { jaegerDocuments, jaegerJson, zipkin } from './recordFormats';

/** All formats in JSON, asked in turn. */
export const JSON_FORMATS: readonly JsonTraceFormat[] = [tempoJson, otlpJson, jaegerJson, jaegerDocuments, zipkin];
