import { getNodeValue, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { ReadFile } from '../projectFiles';
import { scanJson, type JsonValue } from './jsonScan';

/** A JSON value whose place is looked for when it is asked for: of most values nobody does. */
export class JsonNode {
  private known: readonly [string, JsonNode][] | undefined;
  private found: JsonValue | undefined;
  private byName: ReadonlyMap<string, JsonValue> | undefined;

  /** @param find the value, or the property whose value it is. */
  constructor(
    readonly file: ReadFile,
    private readonly value: unknown,
    private readonly find: () => JsonValue,
  ) {}

  /** Where the property begins whose value it is; its own start for others. */
  get start(): number {
    return this.place.offset;
  }

  get end(): number {
    return this.place.offset + this.place.length;
  }

  /** The text of a string. */
  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get isTrue(): boolean {
    return this.value === true;
  }

  get isObject(): boolean {
    return isObject(this.value);
  }

  /** A property of an object; of two with one name the last, as `JSON.parse` takes it. */
  get(name: string): JsonNode | undefined {
    return isObject(this.value) && Object.hasOwn(this.value, name) ? this.property(name, this.value[name]) : undefined;
  }

  /** The text of a property. */
  textOf(name: string): string | undefined {
    return this.get(name)?.text;
  }

  /** The properties of an object; empty for anything else. */
  entries(): readonly [string, JsonNode][] {
    if (!isObject(this.value)) return [];
    return (this.known ??= Object.entries(this.value).map(([name, value]) => [name, this.property(name, value)]));
  }

  /** The elements of an array; empty for anything else. */
  items(): JsonNode[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item: unknown, i) => new JsonNode(this.file, item, () => this.parts[i]!));
  }

  private property(name: string, value: unknown): JsonNode {
    return new JsonNode(this.file, value, () => {
      this.byName ??= new Map(this.parts.map((part) => [String(part.children?.[0]?.value), part]));
      return this.byName.get(name)!;
    });
  }

  private get place(): JsonValue {
    return (this.found ??= this.find());
  }

  private get parts(): readonly JsonValue[] {
    const { place } = this;
    return (place.type === 'property' ? place.children?.[1]?.children : place.children) ?? [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const read = new WeakMap<ReadFile, JsonNode | string>();

/**
 * A JSON text with the places of its values; comments, trailing commas and a byte-order mark are put up with, as the tools
 * that read such files do. A string is why it is none.
 */
export function readJson(file: ReadFile): JsonNode | string {
  let known = read.get(file);
  if (known === undefined) read.set(file, (known = strict(file) ?? lenient(file)));
  return known;
}

function strict(file: ReadFile): JsonNode | undefined {
  try {
    return new JsonNode(file, JSON.parse(file.text), () => scanJson(file.text));
  } catch {
    return undefined;
  }
}

function lenient(file: ReadFile): JsonNode | string {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(file.text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    const [error] = errors;
    if (root === undefined || error !== undefined)
      return `no JSON: ${error ? printParseErrorCode(error.error) : 'empty'} at offset ${error?.offset ?? 0}`;
    return new JsonNode(file, getNodeValue(root), () => root);
  } catch {
    // The parser recurses: a text of a hundred thousand brackets ends its stack.
    return 'no JSON: nested too deeply';
  }
}
