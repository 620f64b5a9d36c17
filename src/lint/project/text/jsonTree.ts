import { parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { ReadFile } from '../projectFiles';
import { scanJson, type JsonValue } from './jsonScan';

/** A JSON value with its place. */
export class JsonNode {
  private known: readonly [string, JsonNode][] | undefined;

  constructor(
    readonly file: ReadFile,
    private readonly node: JsonValue,
    /** Where the property begins whose value it is; its own start for others. */
    readonly start: number,
  ) {}

  get end(): number {
    return this.node.offset + this.node.length;
  }

  /** The text of a string. */
  get text(): string | undefined {
    return this.node.type === 'string' ? String(this.node.value) : undefined;
  }

  get isTrue(): boolean {
    return this.node.type === 'boolean' && this.node.value === true;
  }

  get isObject(): boolean {
    return this.node.type === 'object';
  }

  /** A property of an object; of two with one name the last, as `JSON.parse` takes it. */
  get(name: string): JsonNode | undefined {
    return this.entries().findLast(([key]) => key === name)?.[1];
  }

  /** The text of a property. */
  textOf(name: string): string | undefined {
    return this.get(name)?.text;
  }

  /** The properties of an object; empty for anything else. */
  entries(): readonly [string, JsonNode][] {
    return (this.known ??= this.properties());
  }

  private properties(): [string, JsonNode][] {
    if (this.node.type !== 'object') return [];
    return (this.node.children ?? []).flatMap((property): [string, JsonNode][] => {
      const [key, value] = property.children ?? [];
      return key && value ? [[String(key.value), new JsonNode(this.file, value, key.offset)]] : [];
    });
  }

  /** The elements of an array; empty for anything else. */
  items(): JsonNode[] {
    if (this.node.type !== 'array') return [];
    return (this.node.children ?? []).map((item) => new JsonNode(this.file, item, item.offset));
  }
}

const read = new WeakMap<ReadFile, JsonNode | string>();

/**
 * A JSON text with the places of its values; comments, trailing commas and a byte-order mark are put up with, as the tools
 * that read such files do. A string is why it is none.
 */
export function readJson(file: ReadFile): JsonNode | string {
  let known = read.get(file);
  if (known === undefined) read.set(file, (known = parse(file)));
  return known;
}

function parse(file: ReadFile): JsonNode | string {
  const strict = scanJson(file.text);
  if (strict !== undefined) return new JsonNode(file, strict, strict.offset);
  const errors: ParseError[] = [];
  try {
    const root = parseTree(file.text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    const [error] = errors;
    if (root === undefined || error !== undefined)
      return `no JSON: ${error ? printParseErrorCode(error.error) : 'empty'} at offset ${error?.offset ?? 0}`;
    return new JsonNode(file, root, root.offset);
  } catch {
    // The parser recurses: a text of a hundred thousand brackets ends its stack.
    return 'no JSON: nested too deeply';
  }
}
