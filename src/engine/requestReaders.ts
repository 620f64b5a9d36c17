import type { EngineRequests, OperationId, ThemeKind } from '../protocol/engine';
import { readChoice, readCount, readObject, readText, type ReadObject } from './readValue';

type Method = keyof EngineRequests;
type Params<M extends Method> = EngineRequests[M]['params'];

const THEMES: readonly ThemeKind[] = ['light', 'dark', 'highContrast', 'highContrastLight'];
const MOST_TRACES = 10_000;

/** Reads what came over the wire; throws for what is not what the protocol says. */
export const REQUEST_READERS: { readonly [M in Method]: (value: unknown) => Params<M> } = {
  'spanlight/hints': (value) => ({ uri: readText(readObject(value, 'params'), 'uri') }),
  'spanlight/hover': (value) => {
    const params = readObject(value, 'params');
    return {
      uri: readText(params, 'uri'),
      line: readCount(params, 'line'),
      column: readCount(params, 'column'),
      theme: readChoice(params, 'theme', THEMES),
      enclosing: params['enclosing'] === true,
    };
  },
  'spanlight/status': () => null,
  'spanlight/services': () => null,
  'spanlight/traces': (value) => {
    const params = readObject(value, 'params');
    return {
      ...(params['operation'] === undefined ? {} : { operation: readText(params, 'operation') as OperationId }),
      ...(params['query'] === undefined ? {} : { query: readText(params, 'query') }),
      limit: readCount(params, 'limit', MOST_TRACES),
    };
  },
  'spanlight/openTrace': (value) => {
    const params = readObject(value, 'params');
    return { traceId: readText(params, 'traceId'), ...readFile(params) };
  },
  'spanlight/spanDetails': (value) => readTraceRow(value),
  'spanlight/spanSource': (value) => readTraceRow(value),
  'spanlight/findByAttribute': (value) => {
    const params = readObject(value, 'params');
    return {
      traceId: readText(params, 'traceId'),
      key: readText(params, 'key'),
      value: readText(params, 'value'),
      ...readFile(params),
    };
  },
  'spanlight/resolveFrame': (value) => {
    const params = readObject(value, 'params');
    return { file: readText(params, 'file'), line: readCount(params, 'line') };
  },
  'spanlight/tracesAt': (value) => {
    const params = readObject(value, 'params');
    const open = Array.isArray(params['open']) ? params['open'].filter((id) => typeof id === 'string') : [];
    return { uri: readText(params, 'uri'), line: readCount(params, 'line'), open };
  },
  'spanlight/mappingReport': () => null,
  'spanlight/tracingFacts': (value) => {
    const params = readObject(value, 'params');
    return params['uri'] === undefined ? {} : { uri: readText(params, 'uri') };
  },
  'spanlight/forgetRefutations': () => null,
  'spanlight/startReceiver': () => null,
  'spanlight/stopReceiver': () => null,
  'spanlight/exporterEnvironment': () => null,
  'spanlight/clear': () => null,
  'spanlight/backends': () => null,
  'spanlight/testBackend': (value) => {
    const params = readObject(value, 'params');
    return { entry: params['entry'], token: readCount(params, 'token') };
  },
  'spanlight/retryBackend': () => null,
  'spanlight/traceLink': (value) => ({ traceId: readText(readObject(value, 'params'), 'traceId') }),
  'spanlight/search': (value) => {
    const params = readObject(value, 'params');
    return {
      token: readCount(params, 'token'),
      query: readText(params, 'query'),
      limit: readCount(params, 'limit', MOST_TRACES),
      ...(params['fromMs'] === undefined ? {} : { fromMs: readCount(params, 'fromMs') }),
      ...(params['toMs'] === undefined ? {} : { toMs: readCount(params, 'toMs') }),
      anySemconv: params['anySemconv'] === true,
      withHidden: params['withHidden'] === true,
    };
  },
  'spanlight/checkQuery': (value) => {
    const params = readObject(value, 'params');
    return { query: readText(params, 'query'), anySemconv: params['anySemconv'] === true };
  },
  'spanlight/completeQuery': (value) => {
    const params = readObject(value, 'params');
    return {
      query: readText(params, 'query'),
      offset: readCount(params, 'offset'),
      ...(params['fromMs'] === undefined ? {} : { fromMs: readCount(params, 'fromMs') }),
      ...(params['toMs'] === undefined ? {} : { toMs: readCount(params, 'toMs') }),
    };
  },
  'spanlight/operationQuery': (value) => ({
    operation: readText(readObject(value, 'params'), 'operation') as OperationId,
  }),
  'spanlight/placeChoices': (value) => {
    const params = readObject(value, 'params');
    const operation = params['operation'] === undefined ? {} : { operation: readText(params, 'operation') };
    return { ...operation, ...readPosition(params) };
  },
  'spanlight/choose': (value) => {
    const params = readObject(value, 'params');
    return {
      operation: readText(params, 'operation'),
      verdict: readChoice(params, 'verdict', ['pick', 'not'] as const),
      share: params['share'] === true,
      ...readPosition(params),
    };
  },
  'spanlight/mappingReasons': () => null,
  'spanlight/pathQuestions': (value) => {
    const params = readObject(value, 'params');
    return params['operation'] === undefined ? {} : { operation: readText(params, 'operation') };
  },
  'spanlight/tellPath': (value) => {
    const params = readObject(value, 'params');
    const uri = params['uri'] === undefined ? {} : { uri: readText(params, 'uri') };
    return { service: readText(params, 'service'), path: readText(params, 'path'), ...uri };
  },
  'spanlight/choices': () => null,
  'spanlight/forgetChoices': (value) => {
    const { ids } = readObject(value, 'params');
    return { ids: Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [] };
  },
  'spanlight/shareChoices': () => null,
  'spanlight/why': (value) => {
    const params = readObject(value, 'params');
    return { uri: readText(params, 'uri'), line: readCount(params, 'line') };
  },
  'spanlight/openFile': (value) => ({ uri: readText(readObject(value, 'params'), 'uri') }),
};

function readTraceRow(value: unknown): { traceId: string; row: number; file?: string } {
  const params = readObject(value, 'params');
  return { traceId: readText(params, 'traceId'), row: readCount(params, 'row'), ...readFile(params) };
}

function readPosition(params: ReadObject): { uri?: string; line?: number } {
  if (params['uri'] === undefined) return {};
  return { uri: readText(params, 'uri'), line: readCount(params, 'line') };
}

/** Undefined stands for the active source. */
function readFile(params: ReadObject): { readonly file?: string } {
  return params['file'] === undefined ? {} : { file: readText(params, 'file') };
}
