import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { dirname, joinRelative, type FileLookup } from './fileLookup';
import { parseJsonWithComments } from './jsonWithComments';

/** Names of files that say what imports stand for. */
const FILES = ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json'];

/** One row of `paths`. */
interface Alias {
  /** The workspace folder, and the folder of the file below it. */
  readonly folder: string;
  readonly below: string;
  /** Before and after the `*`; without one the whole name is `before`. */
  readonly before: string;
  readonly after: string | undefined;
  /** Relative to the workspace folder. */
  readonly targets: readonly string[];
}

/** `compilerOptions.paths` of the workspace's tsconfig files (https://www.typescriptlang.org/tsconfig#paths). */
export class PathAliases {
  private aliases: Promise<readonly Alias[]> | undefined;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
  ) {}

  forget(): void {
    this.aliases = undefined;
  }

  /** What an import may stand for, relative to the workspace folder; the nearest configuration counts first. */
  async targets(file: WorkspaceFile, from: string): Promise<string[]> {
    this.aliases ??= this.read();
    return (await this.aliases).flatMap(({ folder, below, before, after, targets }) => {
      if (folder !== file.folder || (below !== '' && !file.relative.startsWith(`${below}/`))) return [];
      if (after === undefined) return from === before ? targets : [];
      const fits = from.length >= before.length + after.length && from.startsWith(before) && from.endsWith(after);
      const middle = from.slice(before.length, from.length - after.length);
      return fits ? targets.map((target) => target.replace('*', middle)) : [];
    });
  }

  private async read(): Promise<readonly Alias[]> {
    const aliases: Alias[] = [];
    for (const config of FILES.flatMap((name) => this.lookup.named(name))) {
      const json = parseJsonWithComments((await this.files.read(config.path)) ?? '') as Config | undefined;
      const { baseUrl = '.', paths } = json?.compilerOptions ?? {};
      if (typeof paths !== 'object' || paths === null || typeof baseUrl !== 'string') continue;
      const below = dirname(config.relative);
      for (const [pattern, given] of Object.entries(paths)) {
        const [before = '', after] = pattern.split('*');
        const targets = (Array.isArray(given) ? given : []).flatMap((target: unknown) =>
          typeof target === 'string' ? (joinRelative(below, `${baseUrl}/${target}`) ?? []) : [],
        );
        aliases.push({ folder: config.folder, below, before, after, targets });
      }
    }
    return aliases.sort((a, b) => b.below.length - a.below.length);
  }
}

interface Config {
  readonly compilerOptions?: { readonly baseUrl?: unknown; readonly paths?: Readonly<Record<string, unknown>> | null };
}
