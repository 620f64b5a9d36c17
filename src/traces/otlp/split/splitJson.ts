import { SpanlightError } from '../../../base/errors';
import { JsonCursor } from './jsonCursor';
import {
  batches,
  byteLength,
  checkFrame,
  inOrder,
  MAX_ITEM_BYTES,
  Runs,
  type Entry,
  type SplitBody,
} from './splitBody';

/** What the lists of a request are called, from the outside in; as the decoder of small bodies knows them. */
const LISTS: readonly ReadonlySet<string>[] = [
  new Set(['resourceSpans', 'resource_spans', 'batches', 'resourceLogs', 'resource_logs']),
  new Set([
    'scopeSpans',
    'scope_spans',
    'instrumentationLibrarySpans',
    'instrumentation_library_spans',
    'scopeLogs',
    'scope_logs',
  ]),
  new Set(['spans', 'logRecords', 'log_records']),
];
/** Depth of the list whose items are spans or log records. */
const ITEMS = 2;
const WRAPPERS = new Set(['result', 'trace']);
/** Items that are looked at between two pauses. */
const STEPS = 1024;

const COMMA = Buffer.from(',');

/** A resource or scope whose list is too large to be one part. */
interface Level {
  /** Up to and with the bracket that opens the list. */
  readonly head: Uint8Array;
  /** From the bracket that closes it. */
  readonly tail: Uint8Array;
  readonly entries: readonly Entry<Level>[];
}

/**
 * Cuts an export request in OTLP/JSON into parts. What is wrong within an item is left to the decoder.
 *
 * @throws SpanlightError if it ends too early, or is not of this shape.
 */
export function* splitJson(body: Uint8Array, partBytes: number): Generator<undefined, SplitBody> {
  const splitter = new Splitter(body, partBytes);
  yield* splitter.frame(0);
  splitter.cursor.expectEnd();
  const { list, name, tooLarge } = splitter;
  const open = Buffer.from(`{"${/log/i.test(name) ? 'resourceLogs' : 'resourceSpans'}":[`);
  const close = Buffer.from(']}');
  return { parts: [...parts(list)].map((pieces) => [open, ...pieces, close]), tooLarge };
}

class Splitter {
  readonly cursor: JsonCursor;
  tooLarge = 0;
  /** The list of resources, and what it was called. */
  list: readonly Entry<Level>[] = [];
  name = '';
  private steps = 0;

  constructor(
    private readonly body: Uint8Array,
    private readonly partBytes: number,
  ) {
    this.cursor = new JsonCursor(body);
  }

  /** Reads the object around the list of resources. */
  *frame(depth: number): Generator<undefined, void> {
    const { cursor } = this;
    if (!cursor.isObject()) throw new SpanlightError('The body is not OTLP/JSON: it is not an object.');
    cursor.enter();
    for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) {
      if (LISTS[0]!.has(key) && !cursor.isNull()) {
        if (this.name !== '') throw shapeError(`${this.name} and ${key} in one body`);
        if (!cursor.isList()) throw shapeError(`${key} is not a list`);
        this.name = key;
        this.list = (yield* this.items(0)).entries;
      } else if (depth < WRAPPERS.size && WRAPPERS.has(key) && cursor.isObject()) yield* this.frame(depth + 1);
      else while (!cursor.skip()) yield;
    }
  }

  /** Reads a list. @param depth index into {@link LISTS}. */
  private *items(depth: number): Generator<undefined, Runs<Level>> {
    const { body, cursor, partBytes } = this;
    const runs = new Runs<Level>(body, partBytes);
    cursor.enter();
    let adjacent = true;
    for (let first = true; cursor.nextItem(first); first = false) {
      const from = cursor.at;
      const level = depth < ITEMS ? yield* this.element(depth) : undefined;
      if (depth === ITEMS) while (!cursor.skip()) yield;
      if (depth === ITEMS && cursor.at - from > MAX_ITEM_BYTES) {
        this.tooLarge++;
        adjacent = false;
      } else if (level === undefined) {
        runs.add(from, cursor.at, adjacent);
        adjacent = true;
      } else runs.cut(level);
      if (++this.steps % STEPS === 0) yield;
    }
    runs.flush();
    return runs;
  }

  /** Reads a resource or scope. Undefined if it is small enough to stay whole. */
  private *element(depth: number): Generator<undefined, Level | undefined> {
    const { body, cursor, partBytes } = this;
    const from = cursor.at;
    const names = LISTS[depth + 1]!;
    if (!cursor.isObject()) throw shapeError(`an item of ${[...LISTS[depth]!][0]} is not an object`);
    cursor.enter();
    let found: { name: string; open: number; close: number; entries: readonly Entry<Level>[] } | undefined;
    for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) {
      if (!names.has(key) || !cursor.isList()) {
        while (!cursor.skip()) yield;
        continue;
      }
      if (found !== undefined) throw shapeError(`${found.name} and ${key} in one object`);
      const open = cursor.at + 1;
      const { entries } = yield* this.items(depth + 1);
      found = { name: key, open, close: cursor.at - 1, entries };
    }
    const to = cursor.at;
    const listBytes = found === undefined ? 0 : found.close - found.open;
    checkFrame(to - from - listBytes);
    if (found === undefined || listBytes <= partBytes) return undefined;
    return { head: body.subarray(from, found.open), tail: body.subarray(found.close, to), entries: found.entries };
  }
}

function shapeError(what: string): SpanlightError {
  return new SpanlightError(`The body is not OTLP/JSON: ${what}.`);
}

function* parts(list: readonly Entry<Level>[]): Generator<readonly Uint8Array[]> {
  for (const resource of inOrder(list)) {
    if (isRuns(resource)) yield* resource.map((run) => [run]);
    else yield* partsOf(resource);
  }
}

function* partsOf(resource: Level): Generator<readonly Uint8Array[]> {
  const repeated = resource.head.length + resource.tail.length;
  for (const scope of inOrder(resource.entries)) {
    if (isRuns(scope)) {
      for (const batch of batches(scope, repeated)) yield inside(resource, joined(batch));
      continue;
    }
    const both = repeated + byteLength([scope.head, scope.tail]);
    for (const batch of batches(scope.entries as Uint8Array[], both)) {
      yield inside(resource, inside(scope, joined(batch)));
    }
  }
}

function isRuns(entry: readonly Uint8Array[] | Level): entry is readonly Uint8Array[] {
  return Array.isArray(entry);
}

function inside({ head, tail }: Level, content: readonly Uint8Array[]): readonly Uint8Array[] {
  return [head, ...content, tail];
}

function joined(runs: readonly Uint8Array[]): readonly Uint8Array[] {
  return runs.flatMap((run, i) => (i === 0 ? [run] : [COMMA, run]));
}
