import {
  hasFields,
  isAnything,
  isFlag,
  isListOf,
  isNumber,
  isOptional,
  isText,
  isTexts,
  isVariant,
  type Check,
  type FieldChecks,
} from '../../base/messageChecks';
import type { TraceListItem } from '../../protocol/backends';
import type {
  FileContents,
  SearchedSource,
  SearchOutcome,
  SearchRequest,
  ToSearchPage,
} from '../../protocol/searchView';

const ITEM: Readonly<Record<keyof TraceListItem, Check>> = {
  traceId: isText,
  rootService: isText,
  rootName: isText,
  startMs: isNumber,
  durationNs: isNumber,
  spanCount: isNumber,
  errorCount: isNumber,
  services: isOptional(isTexts),
  matched: isOptional(isTexts),
};
const SOURCE: Readonly<Record<keyof SearchedSource, Check>> = {
  name: isText,
  isEmbedded: isFlag,
  state: isText,
  problem: isOptional(isText),
  kept: isNumber,
  receiver: isText,
};
const REQUEST: Readonly<Record<keyof SearchRequest, Check>> = {
  run: isNumber,
  query: isText,
  fromMs: isOptional(isNumber),
  toMs: isOptional(isNumber),
  limit: isNumber,
  anySemconv: isFlag,
  withHidden: isFlag,
};
const CONTENTS: Readonly<Record<keyof FileContents, Check>> = {
  uri: isText,
  name: isText,
  format: isText,
  spans: isNumber,
  total: isNumber,
  items: isListOf(hasFields(ITEM)),
  notes: isTexts,
};
const PROBLEM: FieldChecks = { from: isNumber, to: isNumber, message: isText };
const OUTCOMES: { readonly [K in SearchOutcome['kind']]: FieldChecks } = {
  done: { found: isNumber, hidden: isNumber, problems: isListOf(hasFields(PROBLEM)) },
  stopped: {},
  failed: { message: isText },
};

const isItems = isListOf(hasFields(ITEM));
const isOutcome = isVariant('kind', OUTCOMES);

const MESSAGES: { readonly [T in ToSearchPage['type']]: FieldChecks } = {
  source: { source: isOptional(hasFields(SOURCE)) },
  recent: { queries: isTexts },
  prefill: { query: isText, run: isFlag },
  focus: {},
  results: { run: isNumber, items: isItems },
  finished: { run: isNumber, outcome: isOutcome },
  restore: { request: hasFields(REQUEST), items: isItems, outcome: isOptional(isOutcome) },
  fileProgress: { read: isNumber, of: isNumber },
  file: { contents: hasFields(CONTENTS) },
  fileFailed: { message: isText, cures: isTexts },
  response: { id: isNumber, result: isAnything },
  responseError: { id: isNumber, message: isText },
};

const isMessage = isVariant('type', MESSAGES);

/**
 * Whether a message is one the host sends. VS Code posts messages of its own into the same window, and a page that
 * outlives an update may hear a newer host.
 */
export function isToSearchPage(message: unknown): message is ToSearchPage {
  return isMessage(message);
}
