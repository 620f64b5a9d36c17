import type { JsonTraceFormat } from './jsonTraceFormat';
import { otlpJson, tempoJson } from './otlpJsonValues';
import { RECORD_FORMATS } from './recordFormats';

/** All formats in JSON, asked in turn. */
export const JSON_FORMATS: readonly JsonTraceFormat[] = [tempoJson, otlpJson, ...RECORD_FORMATS];
