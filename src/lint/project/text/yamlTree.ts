import { pushTo } from '../../../base/tables/pushTo';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import type { ReadFile } from '../projectFiles';

/** Aliases of aliases followed at most; a merge key may be merged of maps that merge others. */
const MAX_ALIASES = 20;

/** Files that people write have some thousands. */
const MAX_VALUES = 1_000_000;

/** Brackets in brackets beyond this are nobody's; the parser takes a second for ten thousand. */
const MAX_FLOW_DEPTH = 200;

/** The anchors of a document, gathered once: the parser's own search goes through all of it for every alias. */
class Anchors {
  private known: Map<string, Node[]> | undefined;

  constructor(private readonly document: Document) {}

  /** Whether there are any. */
  get isUsed(): boolean {
    this.known ??= this.gather();
    return this.known.size > 0;
  }

  /** The nearest node of that anchor before the alias. */
  resolve(alias: Alias): Node | undefined {
    this.known ??= this.gather();
    const start = alias.range?.[0] ?? 0;
    return this.known.get(alias.source)?.findLast((node) => (node.range?.[0] ?? 0) < start);
  }

  private gather(): Map<string, Node[]> {
    const known = new Map<string, Node[]>();
    visit(this.document, {
      Node: (_, node) => {
        const { anchor } = node as { anchor?: string };
        if (anchor === undefined) return;
        pushTo(known, anchor, node);
      },
    });
    return known;
  }
}

/** A YAML value with its place. Aliases are followed where they are asked for, so that a small text stays a small value. */
export class YamlNode {
  constructor(
    readonly file: ReadFile,
    private readonly anchors: Anchors,
    private readonly node: Node,
    /** Where the pair begins whose value it is; its own start for others. */
    readonly start: number,
  ) {}

  /** Where its text ends; of a value in several lines too. */
  get end(): number {
    return this.node.range?.[1] ?? this.start;
  }

  /** A scalar as text. */
  get text(): string | undefined {
    const { value } = isScalar(this.node) ? this.node : {};
    return typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : undefined;
  }

  get isMap(): boolean {
    return isMap(this.node);
  }

  /** The value of a key, a merged one where the map has none itself. */
  get(key: string): YamlNode | undefined {
    return this.entries().find(([name]) => name === key)?.[1];
  }

  textOf(key: string): string | undefined {
    return this.get(key)?.text;
  }

  /** Follows keys down. */
  at(...keys: string[]): YamlNode | undefined {
    return keys.reduce<YamlNode | undefined>((node, key) => node?.get(key), this);
  }

  /** The pairs of a map, merged ones last; empty for anything else. */
  entries(depth = 0): [string, YamlNode][] {
    if (!isMap(this.node) || depth > MAX_ALIASES) return [];
    const own: [string, YamlNode][] = [];
    const merged: [string, YamlNode][] = [];
    for (const { key, value } of this.node.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) continue;
      const child = this.child(value as Node | null, (key as Node).range?.[0]);
      if (child === undefined) continue;
      if (name !== '<<') own.push([name, child]);
      else for (const map of child.isMap ? [child] : child.items()) merged.push(...map.entries(depth + 1));
    }
    const names = new Set(own.map(([name]) => name));
    return [...own, ...merged.filter(([name]) => !names.has(name))];
  }

  /** The items of a sequence; empty for anything else. */
  items(): YamlNode[] {
    return isSeq(this.node) ? this.node.items.flatMap((item) => this.child(item as Node | null, undefined) ?? []) : [];
  }

  private child(node: Node | null, start: number | undefined): YamlNode | undefined {
    let at: Node | undefined = node ?? undefined;
    const place = start ?? at?.range?.[0] ?? this.start;
    for (let hops = 0; at && isAlias(at); hops++) {
      if (hops > MAX_ALIASES) return undefined;
      at = this.anchors.resolve(at);
    }
    return at && new YamlNode(this.file, this.anchors, at, place);
  }
}

/** The documents of a YAML text; a string is why it is none. */
export function readYaml(file: ReadFile): YamlNode[] | string {
  if (isTooDeep(file.text)) return `no YAML: nested more than ${MAX_FLOW_DEPTH} deep`;
  try {
    const documents = parseAllDocuments(file.text, { logLevel: 'silent', uniqueKeys: false, strict: false });
    const nodes: YamlNode[] = [];
    for (const document of documents) {
      const [error] = document.errors;
      if (error) return `no YAML: ${error.message.split('\n')[0]!.replace(/:$/, '')}`;
      const root = document.contents as Node | null;
      if (root === null) continue;
      const anchors = new Anchors(document);
      if (isBomb(root, anchors)) return `its aliases stand for more than ${MAX_VALUES.toLocaleString('en')} values`;
      nodes.push(new YamlNode(file, anchors, root, root.range?.[0] ?? 0));
    }
    return nodes;
  } catch (error) {
    return `no YAML: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether aliases of aliases make a few lines more than anybody writes. */
function isBomb(root: Node, anchors: Anchors): boolean {
  const sizes = new Map<Node, number>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const meant = anchors.resolve(node);
      // What an alias stands for begins before it, and was counted by then; within itself it is counted once.
      return (meant && sizes.get(meant)) ?? 1;
    }
    let size = 1;
    if (isSeq(node)) for (const item of node.items) size += sizeOf(item);
    else if (isMap(node)) for (const { key, value } of node.items) size += sizeOf(key) + sizeOf(value);
    if (isNode(node)) sizes.set(node, size);
    return size;
  };
  return anchors.isUsed && sizeOf(root) > MAX_VALUES;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    if (bracket === '[' || bracket === '{') {
      if (++depth > MAX_FLOW_DEPTH) return true;
    } else depth = Math.max(0, depth - 1);
  }
  return false;
}
