import { isTest } from '../../../base/fileRoles';
import { basename, dirname, sharedFolders } from '../../paths/fileLookup';
import type { WorkspaceFile, WorkspaceFiles } from '../../workspace/workspaceFiles';
import { isSettingsFile, settingPath, settingRows } from './settingRows';

/** Files larger than this are data, not configuration. */
const MAX_BYTES = 128 * 1024;

/** Settings files of a workspace that are read: beyond, which of them a program reads can hardly be told anyway. */
const MAX_FILES = 1_000;

/** A setting with more values than this says nothing. */
const MAX_VALUES = 4;

/** Folders of settings that belong to the folder around them. */
const BELONGS_TO_PARENT =
  /^(configs?|conf|configuration|settings|etc|env|envs|environments?|docker|deploy(ment)?s?|k8s|kubernetes|helm|charts?|infra|manifests?|properties|src|cmd|internal|app|local|dev|base|\.\w+)$/i;

/** Keys that name what messages are sent to, which may be looked up without the section around them. */
const NAMES_DESTINATION = /(topic|queue|subject|exchange|routingkey|stream|channel)/;

/** Code that gathers what others ask for by a path of keys: `config/kafka.ts`, `kafka.config.ts`. */
const GATHERS_SETTINGS =
  /(^|\/)(configs?|configuration|env|environment)(\/[\w.-]+)?\.[cm]?[jt]s$|\.config\.[cm]?[jt]s$/;

interface Value {
  readonly value: string;
  readonly file: WorkspaceFile;
}

interface Settings {
  readonly variables: ReadonlyMap<string, readonly Value[]>;
  /** By whole path. */
  readonly paths: ReadonlyMap<string, readonly Value[]>;
  /** Whole paths by their last key. */
  readonly endings: ReadonlyMap<string, readonly string[]>;
}

/**
 * What the workspace's files set for programs when they run: `.env` files, Compose, Kubernetes and serverless manifests,
 * `appsettings.json`, and the YAML, TOML and JSON that programs read themselves. Read at the first question.
 */
export class RuntimeSettings {
  private known: Promise<Settings> | undefined;
  private scripts: readonly WorkspaceFile[] | undefined;

  constructor(private readonly files: WorkspaceFiles) {}

  /** Called when a file changed. @returns whether it may set something. */
  forget(relative: string): boolean {
    if (GATHERS_SETTINGS.test(relative)) this.scripts = undefined;
    if (!isSettingsFile(relative)) return false;
    this.known = undefined;
    return true;
  }

  /** The values that a variable of the environment may have for a source file, the nearest first. */
  async variable(file: WorkspaceFile, name: string): Promise<readonly string[]> {
    const { variables } = await this.settings();
    return nearest(file, variables.get(name) ?? []);
  }

  /** The values under a path of keys as written, `Kafka:Topic` or `kafka.topic`. */
  async path(file: WorkspaceFile, written: string): Promise<readonly string[]> {
    const { paths } = await this.settings();
    return nearest(file, paths.get(settingPath(written)) ?? []);
  }

  /**
   * The values of a member of an object that settings were read into, `cfg.Kafka.OrdersTopic`: of the longest end of
   * its path that some setting's path ends with too.
   */
  async member(file: WorkspaceFile, parts: readonly string[]): Promise<readonly string[]> {
    const { paths, endings } = await this.settings();
    const keys = parts.map(settingPath).filter((key) => key !== 'value' && key !== 'currentvalue');
    const ending = endings.get(keys.at(-1) ?? '') ?? [];
    for (let from = 0; from < keys.length; from++) {
      const tail = keys.slice(from).join('.');
      if (from === keys.length - 1 && !NAMES_DESTINATION.test(tail)) return [];
      const fitting = ending.filter((path) => path === tail || path.endsWith(`.${tail}`));
      const section = sectionOf(fitting, keys[from - 1]);
      if (section.length > 0)
        return nearest(
          file,
          section.flatMap((path) => paths.get(path)!),
        );
    }
    return [];
  }

  /** Scripts around a source file that gather its settings, the nearest first. */
  gatherers(file: WorkspaceFile): readonly WorkspaceFile[] {
    this.scripts ??= [...this.files.all()].filter(
      ({ relative }) => GATHERS_SETTINGS.test(relative) && !isTest(relative),
    );
    const found = this.scripts.flatMap((script) => {
      const depth = script.folder === file.folder ? depthAbove(file, script) : undefined;
      return depth === undefined ? [] : [{ script, depth }];
    });
    return found.sort((a, b) => b.depth - a.depth).map(({ script }) => script);
  }

  private settings(): Promise<Settings> {
    return (this.known ??= this.read());
  }

  private async read(): Promise<Settings> {
    const variables = new Map<string, Value[]>();
    const paths = new Map<string, Value[]>();
    const endings = new Map<string, string[]>();
    const files = [...this.files.all()].filter(({ relative }) => isSettingsFile(relative) && !isTest(relative));
    for (const file of files.slice(0, MAX_FILES)) {
      const text = await this.files.read(file.path, MAX_BYTES);
      if (text === undefined || /\btest/i.test(basename(file.relative))) continue;
      for (const { kind, name, value } of settingRows(file.relative, text)) {
        add(kind === 'variable' ? variables : paths, name, { value, file });
        if (kind === 'path' && paths.get(name)!.length === 1) add(endings, name.slice(name.lastIndexOf('.') + 1), name);
      }
    }
    return { variables, paths, endings };
  }
}

/** Of several sections with a key the one that the object is called after: `kafkaSettings` of `Kafka`. */
function sectionOf(paths: readonly string[], holder: string | undefined): readonly string[] {
  if (paths.length <= 1 || holder === undefined) return paths;
  const named = paths.filter((path) => {
    const section = path.split('.').at(-2) ?? '';
    return section !== '' && (holder.startsWith(section) || section.startsWith(holder));
  });
  return named.length > 0 ? named : paths;
}

/**
 * Distinct values, those of the nearest files first; of files of other projects only what all agree on. None where there
 * are too many.
 */
function nearest(file: WorkspaceFile, values: readonly Value[]): readonly string[] {
  const own = values
    .flatMap((value) => {
      const depth = value.file.folder === file.folder ? depthAbove(file, value.file) : undefined;
      return depth === undefined ? [] : [{ depth, value: value.value }];
    })
    .sort((a, b) => b.depth - a.depth);
  const distinct = [...new Set((own.length > 0 ? own : beside(file, values)).map(({ value }) => value))];
  return distinct.length > (own.length > 0 ? MAX_VALUES : 1) ? [] : distinct;
}

/** The values of the projects that share the most folders with a file: the one whose libraries it is among. */
function beside(file: WorkspaceFile, values: readonly Value[]): readonly Value[] {
  const shared = (other: WorkspaceFile): number =>
    other.folder === file.folder ? sharedFolders(file.relative, other.relative) : 0;
  const most = Math.max(0, ...values.map((value) => shared(value.file)));
  return values.filter((value) => shared(value.file) === most);
}

/** How deep the folder lies that a settings file speaks for, if that is around a source file. */
function depthAbove(file: WorkspaceFile, settings: WorkspaceFile): number | undefined {
  let folder = dirname(settings.relative);
  const at = dirname(file.relative);
  while (folder !== '' && !`${at}/`.startsWith(`${folder}/`)) {
    if (!BELONGS_TO_PARENT.test(basename(folder))) return undefined;
    folder = dirname(folder);
  }
  return folder === '' ? 0 : folder.split('/').length;
}

function add<V>(map: Map<string, V[]>, key: string, value: V): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [value]);
  else same.push(value);
}
