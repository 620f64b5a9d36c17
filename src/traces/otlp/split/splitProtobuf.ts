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
import { WIRE, WireReader, wrongType } from '../wire';

/** Export…ServiceRequest.resource_…, and the fields of what is in them: the same for traces, logs and metrics. */
const FIRST = 0x0a;
const SECOND = 0x12;
/** Fields that are looked at between two pauses. */
const STEPS = 4096;

/** A ResourceSpans or ScopeSpans (or the same for logs) that is too large to be one part. */
interface Level {
  /** All fields but what is cut. */
  readonly frame: readonly Uint8Array[];
  readonly entries: readonly Entry<Level>[];
}

/**
 * Cuts an export request in protobuf into parts. What is malformed within a span is left to the decoder.
 *
 * @throws SpanlightError if resources, scopes and items do not fit into each other.
 */
export function* splitProtobuf(body: Uint8Array, partBytes: number): Generator<undefined, SplitBody> {
  const splitter = new Splitter(body, partBytes);
  const runs = new Runs<Level>(body, partBytes);
  const { reader } = splitter;
  while (reader.at < body.length) {
    const from = reader.at;
    const tag = reader.tag();
    if (tag !== FIRST) {
      if (tag >>> 3 === 1) throw wrongType(tag, from);
      reader.skip(tag);
      runs.flush();
      continue;
    }
    const end = reader.contentEnd();
    if (end - from > partBytes) runs.cut(yield* splitter.level(end, false));
    else runs.add(from, end);
    reader.at = end;
    if (splitter.isTired()) yield;
  }
  runs.flush();
  return { parts: [...parts(runs.entries)], tooLarge: splitter.tooLarge };
}

class Splitter {
  readonly reader: WireReader;
  tooLarge = 0;
  private steps = 0;

  constructor(
    private readonly body: Uint8Array,
    private readonly partBytes: number,
  ) {
    this.reader = new WireReader(body);
  }

  isTired(): boolean {
    return ++this.steps % STEPS === 0;
  }

  /** Reads the message up to `end`. @param scope whether its items are spans or log records. */
  *level(end: number, scope: boolean): Generator<undefined, Level> {
    const { body, partBytes, reader } = this;
    const frame = new Runs<Level>(body, Infinity);
    const items = new Runs<Level>(body, partBytes);
    const outer = reader.end;
    reader.end = end;
    /** Where the last item ended, and the last other field. */
    let itemEnd = -1;
    let frameEnd = -1;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag();
      if (tag >>> 3 <= 2 && (tag & 7) !== WIRE.bytes) throw wrongType(tag, from);
      if (tag !== SECOND) {
        reader.skip(tag);
        frame.add(from, reader.at, from === frameEnd);
        frameEnd = reader.at;
      } else {
        const to = reader.contentEnd();
        if (scope && to - from > MAX_ITEM_BYTES) this.tooLarge++;
        else if (!scope && to - from > partBytes) items.cut(yield* this.level(to, true));
        else {
          items.add(from, to, from === itemEnd);
          itemEnd = to;
        }
        reader.at = to;
      }
      if (this.isTired()) yield;
    }
    reader.end = outer;
    items.flush();
    frame.flush();
    const kept = frame.entries as Uint8Array[];
    checkFrame(byteLength(kept));
    return { frame: kept, entries: items.entries };
  }
}

function* parts(entries: readonly Entry<Level>[]): Generator<readonly Uint8Array[]> {
  for (const resource of inOrder(entries)) {
    if (isRuns(resource)) yield* resource.map((run) => [run]);
    else yield* partsOf(resource);
  }
}

function* partsOf(resource: Level): Generator<readonly Uint8Array[]> {
  for (const scope of inOrder(resource.entries)) {
    if (isRuns(scope)) {
      for (const batch of batches(scope, byteLength(resource.frame))) yield message(FIRST, resource.frame, batch);
      continue;
    }
    const repeated = byteLength(resource.frame) + byteLength(scope.frame);
    for (const batch of batches(scope.entries as Uint8Array[], repeated)) {
      yield message(FIRST, resource.frame, message(SECOND, scope.frame, batch));
    }
  }
}

function isRuns(entry: readonly Uint8Array[] | Level): entry is readonly Uint8Array[] {
  return Array.isArray(entry);
}

/** A message field: the shared fields, then the items. */
function message(tag: number, frame: readonly Uint8Array[], items: readonly Uint8Array[]): readonly Uint8Array[] {
  const head = [tag];
  let rest = byteLength(frame) + byteLength(items);
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) head.push((rest % 128) | 0x80);
  head.push(rest);
  return [Uint8Array.from(head), ...frame, ...items];
}
