import { JsonItems } from '../json/jsonItems';
import { otlpLists, SCOPE_LISTS } from '../json/otlpLists';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';

/** Spans that become objects at the same time, as bytes. */
const BLOCK_BYTES = 256 * 1024;

type Label = 'resource' | 'scope' | 'span' | 'trace';

/** The lists of spans, and the groups that hold them: OTLP with and without its outer frames, Jaeger. */
const LISTS: Readonly<Record<string, Label>> = {
  ...otlpLists(),
  ...Object.fromEntries(
    SCOPE_LISTS.flatMap((list) => [
      [`${list}[]`, 'scope'],
      [`${list}[].spans[]`, 'span'],
    ]),
  ),
  'data[]': 'trace',
  'data[].spans[]': 'span',
  'spans[]': 'span',
};

/** Without one of these fields what a list of this name holds cannot be read; they may come behind the list. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  spans: ['scope', 'instrumentationLibrary', 'processes'],
  ...Object.fromEntries(SCOPE_LISTS.map((list) => [list, ['resource']])),
};

/** Spans of one list, or a group that has ended and the spans in it. */
type Part =
  | { readonly kind: 'spans'; readonly items: Buffer[]; bytes: number }
  | { readonly kind: 'group'; readonly frame: Buffer; readonly parts: readonly Part[] };

/**
 * Reads one JSON value of any size by making small ones of it: each has the frames of the whole (resource, scope,
 * processes) and some of its spans. Spans wait until their frames are known: usually only until a block is full, for they
 * stand in front; behind the spans, as Jaeger's processes do, until they come, as bytes.
 */
export class JsonParts {
  private readonly items = new JsonItems<Label>(LISTS);
  /** What waits, by how many objects are open around it. */
  private readonly waiting: Part[][] = [];
  private emitted = false;

  /** @param emit takes the values; @throws SyntaxError, as do {@link push} and {@link end}, for what is no JSON. */
  constructor(private readonly emit: (value: unknown) => void) {}

  /** Bytes that are held besides the spans that wait. */
  get retainedBytes(): number {
    return this.items.retainedBytes;
  }

  push(chunk: Buffer): void {
    for (const { label, bytes } of this.items.push(chunk)) {
      const { depth } = this.items;
      if (label === 'span') this.addSpan(bytes, depth);
      else this.endGroup(bytes, depth, label);
    }
  }

  /** @throws SyntaxError if the value has not ended. */
  end(): void {
    if (!this.items.isComplete) throw new SyntaxError('it ends too early');
  }

  private addSpan(bytes: Buffer, depth: number): void {
    const parts = (this.waiting[depth] ??= []);
    let block = parts.at(-1);
    if (block?.kind !== 'spans' || block.bytes > BLOCK_BYTES) {
      block = { kind: 'spans', items: [], bytes: 0 };
      parts.push(block);
    }
    block.items.push(bytes);
    block.bytes += bytes.length;
    if (block.bytes <= BLOCK_BYTES) return;
    const frames = this.items.frames().map(parse);
    if (frames.every(isSufficient)) this.emitAll(frames, this.taken(depth));
    // A copy lets go of the chunks of the file that the spans are slices of.
    else block.items.splice(0, block.items.length, joined(block.items));
  }

  /** @param depth objects open around the group: 0 for the whole value. */
  private endGroup(bytes: Buffer, depth: number, label: Label | ''): void {
    const parts = this.taken(depth + 1);
    if (depth === 0) {
      const whole = parse(bytes);
      if (parts.length > 0) this.emitAll([whole], parts);
      else if (!this.emitted) this.emit(whole);
      return;
    }
    const outer = this.items.frames().map(parse);
    if (parts.length === 0) {
      const frame = parse(bytes);
      // Of groups without spans, those of another shape are told to whoever knows them.
      if (label === 'trace' ? !hasList(frame) : isMisshapen(frame)) this.emitOne([...outer, frame], []);
    } else if (outer.every(isSufficient)) this.emitAll([...outer, parse(bytes)], parts);
    else (this.waiting[depth] ??= []).push({ kind: 'group', frame: bytes, parts });
  }

  private taken(depth: number): Part[] {
    const parts = this.waiting[depth] ?? [];
    this.waiting[depth] = [];
    return parts;
  }

  /** @param frames the outermost first; the parts are put into the open list of the last. */
  private emitAll(frames: readonly unknown[], parts: readonly Part[]): void {
    for (const part of parts) {
      if (part.kind === 'group') this.emitAll([...frames, parse(part.frame)], part.parts);
      else this.emitOne(frames, parseJsonLossless(`[${joined(part.items).toString('utf8')}]`) as unknown[]);
    }
  }

  private emitOne(frames: readonly unknown[], spans: readonly unknown[]): void {
    this.emitted = true;
    const [value] = frames.reduceRight<readonly unknown[]>((items, frame) => [withItems(frame, items)], spans);
    this.emit(value);
  }
}

const COMMA = Buffer.from(',');

function hasList(frame: unknown): boolean {
  return isObject(frame) && LIST_NAMES.some((name) => Array.isArray(frame[name]));
}

/** Whether something else stands where a list should. */
function isMisshapen(frame: unknown): boolean {
  return isObject(frame) && !hasList(frame) && LIST_NAMES.some((name) => (frame[name] ?? undefined) !== undefined);
}

/** Whether a frame that is open has what its items need; what is open is its last field. */
function isSufficient(frame: unknown): boolean {
  let holder = frame;
  for (;;) {
    const [name, last] = isObject(holder) ? (Object.entries(holder).at(-1) ?? []) : [];
    if (isObject(last)) holder = last;
    else {
      const needed = name === undefined ? undefined : NEEDED[name];
      return needed === undefined || needed.some((field) => (holder as JsonObject)[field] !== undefined);
    }
  }
}

/** A frame with its items back in their place, which cutting left empty. */
function withItems(frame: unknown, items: readonly unknown[]): unknown {
  if (!isObject(frame) || items.length === 0) return frame;
  const list = LIST_NAMES.find((name) => Array.isArray(frame[name]));
  if (list !== undefined) return { ...frame, [list]: items };
  const wrapper = WRAPPERS.find((name) => isObject(frame[name]));
  return wrapper === undefined ? frame : { ...frame, [wrapper]: withItems(frame[wrapper], items) };
}

const WRAPPERS = ['result', 'trace', 'data'];
const LIST_NAMES = ['resourceSpans', 'resource_spans', 'batches', ...SCOPE_LISTS, 'spans', 'data'];

function joined(items: readonly Buffer[]): Buffer {
  return Buffer.concat(items.flatMap((item, i) => (i === 0 ? [item] : [COMMA, item])));
}

function parse(bytes: Buffer): unknown {
  return parseJsonLossless(bytes.toString('utf8'));
}
