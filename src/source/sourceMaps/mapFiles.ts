import { FlattenMap, type TraceMap } from '@jridgewell/trace-mapping';
import path from 'node:path';
import type { WorkspaceFiles } from '../workspace/workspaceFiles';

/** Compiled files and maps beyond this are bundles of everything; reading them would stall the engine. */
const MAX_MAP_BYTES = 16 * 1024 * 1024;

/** Maps kept decoded. */
const MAX_CACHED = 50;

/** The map of a compiled file; `damaged`: there is one that cannot be read. Undefined where there is none. */
export type FoundMap = TraceMap | 'damaged' | undefined;

/** The source maps of compiled files: in the file, beside it, or where it says. */
export class MapFiles {
  private readonly cache = new Map<string, Promise<FoundMap>>();
  /** Compiled files that are not there, or have no map: a path is looked for in many places. */
  private readonly absent = new Set<string>();

  constructor(private readonly files: WorkspaceFiles) {}

  /** Called when files were written that may be maps. */
  forget(): void {
    this.cache.clear();
    this.absent.clear();
  }

  /** @param compiled absolute path. */
  async of(compiled: string): Promise<FoundMap> {
    if (this.absent.has(compiled)) return undefined;
    let map = this.cache.get(compiled);
    if (!map) {
      if (this.cache.size >= MAX_CACHED) this.cache.delete(this.cache.keys().next().value!);
      this.cache.set(compiled, (map = this.read(compiled)));
    }
    const found = await map;
    if (found === undefined) {
      this.absent.add(compiled);
      this.cache.delete(compiled);
    }
    return found;
  }

  private async read(compiled: string): Promise<FoundMap> {
    const text = await this.files.read(compiled, MAX_MAP_BYTES);
    if (text === undefined) return undefined;
    const named = nameOfMap(text);
    const json = named?.startsWith('data:') === true ? inlineMap(named) : await this.textOf(compiled, named);
    if (json === undefined) return named?.startsWith('data:') === true ? 'damaged' : undefined;
    try {
      // Some servers put a row in front that keeps browsers from running the map as a script.
      const map: TraceMap = new FlattenMap(json.replace(/^\)\]\}'[^\n]*\n/, ''));
      return Array.isArray(map.sources) ? map : 'damaged';
    } catch {
      // A damaged map says nothing; the compiler's options still may.
      return 'damaged';
    }
  }

  /** The first that is there: what the file names, as it stands and decoded as an URL, and what lies beside it. */
  private async textOf(compiled: string, named: string | undefined): Promise<string | undefined> {
    const url = named === undefined || /^(?:[a-z]+:|\/)/i.test(named) ? undefined : named;
    const bare = url?.replace(/[?#].*$/, '');
    const names = [url, bare, bare === undefined ? undefined : decoded(bare)];
    const beside = names.map((name) =>
      name === undefined ? `${compiled}.map` : path.join(path.dirname(compiled), name),
    );
    for (const place of new Set([...beside, `${compiled}.map`])) {
      const text = await this.files.read(place, MAX_MAP_BYTES);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

/** What the last comment of its kind says: text of the program may read like one. */
function nameOfMap(text: string): string | undefined {
  const tail = text.slice(-MAX_MAP_BYTES / 2);
  const at = Math.max(tail.lastIndexOf('\n//# sourceMappingURL='), tail.lastIndexOf('\n//@ sourceMappingURL='));
  const row = at < 0 && /^\/\/[#@] sourceMappingURL=/.test(tail) ? tail : at < 0 ? undefined : tail.slice(at + 1);
  return row === undefined ? /\/\/[#@]\s*sourceMappingURL=(\S+)\s*$/.exec(tail)?.[1] : /=(\S+)/.exec(row)?.[1];
}

function inlineMap(url: string): string | undefined {
  const parts = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url);
  if (parts === null) return undefined;
  return parts[1] === undefined ? decoded(parts[2]!) : Buffer.from(parts[2]!, 'base64').toString('utf8');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
