/** Checks what a page that lists traces sends: pure. A page is a browser, and its input is not ours. */
import type { FromSearchPage, SearchCure, SearchRequest } from '../../protocol/searchView';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const time: Check = (value) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
const flag: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;
const CURES: Readonly<Record<SearchCure, true>> = {
  copyExporterEnvironment: true,
  startReceiver: true,
  showOutput: true,
  retryBackend: true,
  chooseBackend: true,
  addBackend: true,
  openSettings: true,
  readAgain: true,
  openAsText: true,
};
const cure: Check = (value) => typeof value === 'string' && Object.hasOwn(CURES, value);
const REQUEST: Readonly<Record<keyof SearchRequest, Check>> = {
  run: count,
  query: text,
  fromMs: time,
  toMs: time,
  limit: count,
  anySemconv: flag,
  withHidden: flag,
};
const request: Check = (value) => hasFields(value, REQUEST);

const FIELDS: { readonly [T in FromSearchPage['type']]: Readonly<Record<string, Check>> } = {
  ready: {},
  request: { id: count, method: text, params: anything },
  search: { request },
  stop: {},
  open: { traceId: text, spanId: text },
  copy: { text },
  cure: { cure },
  log: { message: text },
};

/** Whether a message is one of those that the page may send, with fields of the right types. */
export function isFromSearchPage(message: unknown): message is FromSearchPage {
  const type = (message as { type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' && Object.hasOwn(FIELDS, type) && hasFields(message, FIELDS[type as 'ready']);
}

/** Reads what `checkQuery` and `completeQuery` ask about; undefined if it is no query. */
export function queryParams(
  params: unknown,
): { query: string; offset: number; fromMs?: number; toMs?: number; anySemconv: boolean } | undefined {
  if (!hasFields(params, { query: text, fromMs: time, toMs: time })) return undefined;
  const { query, offset, fromMs, toMs, anySemconv } = params as Readonly<Record<string, unknown>>;
  return {
    query: query as string,
    offset: count(offset) ? (offset as number) : 0,
    ...(fromMs === undefined ? {} : { fromMs: Math.round(fromMs as number) }),
    ...(toMs === undefined ? {} : { toMs: Math.round(toMs as number) }),
    anySemconv: anySemconv === true,
  };
}

function hasFields(value: unknown, fields: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(fields).every(([key, check]) => check((value as Readonly<Record<string, unknown>>)[key]));
}
