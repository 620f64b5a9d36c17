import type { TraceListItem } from '../../protocol/backends';
import type {
  FileContents,
  SearchedSource,
  SearchOutcome,
  SearchRequest,
  ToSearchPage,
} from '../../protocol/searchView';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const anything: Check = () => true;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const record =
  (fields: Fields): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([key, check]) => check((value as Readonly<Record<string, unknown>>)[key]));
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const ITEM: Readonly<Record<keyof TraceListItem, Check>> = {
  traceId: text,
  rootService: text,
  rootName: text,
  startMs: number,
  durationNs: number,
  spanCount: number,
  errorCount: number,
  services: optional(texts),
  matched: optional(texts),
};
const SOURCE: Readonly<Record<keyof SearchedSource, Check>> = {
  name: text,
  isEmbedded: flag,
  state: text,
  problem: optional(text),
  kept: number,
  receiver: text,
};
const REQUEST: Readonly<Record<keyof SearchRequest, Check>> = {
  run: number,
  query: text,
  fromMs: optional(number),
  toMs: optional(number),
  limit: number,
  anySemconv: flag,
  withHidden: flag,
};
const CONTENTS: Readonly<Record<keyof FileContents, Check>> = {
  uri: text,
  name: text,
  format: text,
  spans: number,
  total: number,
  items: listOf(record(ITEM)),
  notes: texts,
};
const PROBLEM: Fields = { from: number, to: number, message: text };
const OUTCOMES: { readonly [K in SearchOutcome['kind']]: Fields } = {
  done: { found: number, hidden: number, problems: listOf(record(PROBLEM)) },
  stopped: {},
  failed: { message: text },
};

const items = listOf(record(ITEM));
const outcome: Check = (value) => {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  return typeof kind === 'string' && Object.hasOwn(OUTCOMES, kind) && record(OUTCOMES[kind as 'done'])(value);
};

const FIELDS: { readonly [T in ToSearchPage['type']]: Fields } = {
  source: { source: optional(record(SOURCE)) },
  recent: { queries: texts },
  prefill: { query: text, run: flag },
  focus: {},
  results: { run: number, items },
  finished: { run: number, outcome },
  restore: { request: record(REQUEST), items, outcome: optional(outcome) },
  fileProgress: { read: number, of: number },
  file: { contents: record(CONTENTS) },
  fileFailed: { message: text, cures: texts },
  response: { id: number, result: anything },
  responseError: { id: number, message: text },
};

/**
 * Whether a message is one the host sends. VS Code posts messages of its own into the same window, and a page that
 * outlives an update may hear a newer host.
 */
export function isToSearchPage(message: unknown): message is ToSearchPage {
  if (typeof message !== 'object' || message === null) return false;
  const { type } = message as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(FIELDS, type) && record(FIELDS[type as 'focus'])(message);
}
