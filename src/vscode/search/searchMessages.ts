/** Checks what a page that lists traces sends: pure. A page is a browser, and its input is not ours. */
import {
  hasFields,
  isAnything,
  isCount,
  isFlag,
  isKeyOf,
  isNumber,
  isOptional,
  isText,
  isTexts,
  isVariant,
  type Check,
  type FieldChecks,
} from '../../base/messageChecks';
import type { FromSearchPage, SearchCure, SearchRequest } from '../../protocol/searchView';

const isTime = isOptional((value) => isNumber(value) && (value as number) >= 0);
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
const REQUEST: Readonly<Record<keyof SearchRequest, Check>> = {
  run: isCount,
  query: isText,
  fromMs: isTime,
  toMs: isTime,
  limit: isCount,
  anySemconv: isFlag,
  withHidden: isFlag,
};
const MESSAGES: { readonly [T in FromSearchPage['type']]: FieldChecks } = {
  ready: {},
  request: { id: isCount, method: isText, params: isAnything },
  search: { request: hasFields(REQUEST) },
  stop: {},
  open: { traceId: isText, spanIds: isTexts },
  copy: { text: isText },
  cure: { cure: isKeyOf(CURES) },
  log: { message: isText },
};
const isMessage = isVariant('type', MESSAGES);
const isQuery = hasFields({ query: isText, fromMs: isTime, toMs: isTime });

/** Whether a message is one of those that the page may send, with fields of the right types. */
export function isFromSearchPage(message: unknown): message is FromSearchPage {
  return isMessage(message);
}

/** Reads what `checkQuery` and `completeQuery` ask about; undefined if it is no query. */
export function queryParams(
  params: unknown,
): { query: string; offset: number; fromMs?: number; toMs?: number; anySemconv: boolean } | undefined {
  if (!isQuery(params)) return undefined;
  const { query, offset, fromMs, toMs, anySemconv } = params as Readonly<Record<string, unknown>>;
  return {
    query: query as string,
    offset: isCount(offset) ? (offset as number) : 0,
    ...(fromMs === undefined ? {} : { fromMs: Math.round(fromMs as number) }),
    ...(toMs === undefined ? {} : { toMs: Math.round(toMs as number) }),
    anySemconv: anySemconv === true,
  };
}
