import type { FileFacts } from '../../syntax/facts';
import type { ModulePaths } from '../paths/modulePaths';
import { isGenerated, isTest } from '../../base/fileRoles';
import { whyNoGrammar } from '../unreadLanguages';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { ApplicationConfig } from './applicationConfig';
import type {
  EntityCallEntry,
  FieldEntry,
  HttpCallEntry,
  LinkedFile,
  MessageEntry,
  MountEntry,
  QueryEntry,
  RouteEntry,
  RpcEntry,
  ServiceNameEntry,
  SpanEntry,
} from './entries';
import type { FactsCache } from './factsCache';
import { FactsStore, type FactsProvider } from './factsStore';
import type { FileRouteEntry } from './fileRoutes';
import { KeyedTable } from './keyedTable';
import { NameTable } from './nameTable';
import { linkFile } from './linkFile';
import { ParsedFiles } from './parsedFiles';
import { RoutePrefixes } from './routePrefixes';
import { RuntimeSettings } from './settings/runtimeSettings';
import { TextResolver } from './textResolver';

/** Stands among the files that were looked into for all that set something for running programs. */
const SETTINGS = '*settings';

const NOTHING: LinkedFile = {
  spans: [],
  routes: [],
  mounts: [],
  rpcs: [],
  messages: [],
  httpCalls: [],
  queries: [],
  serviceNames: [],
  tracers: [],
  fileRoutes: [],
  fields: [],
  entityCalls: [],
};

/**
 * What the workspace's code says that spans may point at, by the keys spans bring along. Updating one file touches only
 * what it contributed (and what files contributed that looked up a constant in it).
 */
export class SourceIndex {
  readonly spans = new KeyedTable<SpanEntry>();
  readonly routes = new KeyedTable<RouteEntry>();
  readonly mounts = new KeyedTable<MountEntry>();
  readonly prefixes = new RoutePrefixes(this.mounts);
  readonly rpcs = new KeyedTable<RpcEntry>();
  readonly messages = new KeyedTable<MessageEntry>();
  readonly httpCalls = new KeyedTable<HttpCallEntry>();
  readonly queries = new KeyedTable<QueryEntry>();
  readonly serviceNames = new KeyedTable<ServiceNameEntry>();
  readonly tracers = new KeyedTable<string>();
  readonly fileRoutes = new KeyedTable<FileRouteEntry>();
  readonly fields = new KeyedTable<FieldEntry>();
  readonly entityCalls = new KeyedTable<EntityCallEntry>();
  /** Files by the names they declare, found without parsing. */
  readonly names = new NameTable();
  /** Source files that say nothing because they are not read, with the reason. */
  readonly unread = new Map<string, string>();
  /** Files that tools write, by their names: nothing is looked for in them. */
  readonly generated = new Set<string>();
  /** Files by the names of the types that theirs extend, found without parsing. */
  readonly bases = new NameTable();
  readonly store: FactsStore;
  readonly parsed: ParsedFiles;
  private readonly texts: TextResolver;
  private readonly config: ApplicationConfig;
  private readonly settings: RuntimeSettings;
  /** File → the files whose link looked into it. */
  private readonly linkedThrough = new Map<string, Set<string>>();
  /** Name that was looked for in vain (lower case) → the files that did. */
  private readonly missing = new Map<string, Set<string>>();
  private readonly promising = new Set<string>();

  constructor(
    private readonly files: WorkspaceFiles,
    provider: FactsProvider,
    readonly modules: ModulePaths,
    disk?: FactsCache,
  ) {
    this.store = new FactsStore(files, provider, disk);
    this.parsed = new ParsedFiles(files);
    this.config = new ApplicationConfig(files);
    this.settings = new RuntimeSettings(files);
    const declaring = (name: string): WorkspaceFile[] => this.filesDeclaring(name);
    this.texts = new TextResolver(this.store, modules, declaring, this.config, this.settings);
  }

  /** Reads every source file once: names of all, facts of those the prefilter picks. */
  async build(signal: AbortSignal | undefined, onProgress: (done: number, total: number) => void): Promise<void> {
    const sources = [...this.files.all()].filter((file) => this.store.languageOf(file.path) !== undefined);
    let done = 0;
    for (const file of sources) {
      signal?.throwIfAborted();
      await this.scan(file);
      if (++done % 50 === 0) onProgress(done, sources.length);
    }
    for (const path of this.promising) {
      signal?.throwIfAborted();
      await this.link(path);
    }
    onProgress(sources.length, sources.length);
  }

  /** Reads one file anew. @returns the keys whose entries changed. */
  async update(file: WorkspaceFile): Promise<string[]> {
    // Evidence reads files of its own, such as templates and route files, that may be settings too.
    const changed = [`file:${file.path}`];
    this.parsed.forget(file.path);
    const isSettings = this.settings.forget(file.relative);
    if (this.config.forget(file.relative)) return [...changed, ...(await this.relinkUsersOf(file.path))];
    if (isSettings) return [...changed, ...(await this.relinkUsersOf(SETTINGS))];
    if (this.store.languageOf(file.path) === undefined) return changed;
    this.store.forget(file.path);
    changed.push(...scannedKeys(await this.scan(file)));
    changed.push(...(await this.link(file.path)));
    for (const dependent of this.usersOf(file, changed)) changed.push(...(await this.link(dependent)));
    return changed;
  }

  /** Lets go of what a file contributed. @returns the keys whose entries changed. */
  async remove(path: string): Promise<string[]> {
    this.store.forget(path);
    this.parsed.forget(path);
    this.promising.delete(path);
    this.generated.delete(path);
    const changed = [
      ...this.noteUnread(path, undefined),
      ...this.names.replace(path, []).map((key) => `name:${key}`),
      ...this.bases.replace(path, []).map((key) => `base:${key}`),
      ...this.contribute(path, NOTHING),
    ];
    for (const dependent of this.linkedThrough.get(path) ?? []) changed.push(...(await this.link(dependent)));
    this.linkedThrough.delete(path);
    const isSettings = this.settings.forget(this.files.describe(path)?.relative ?? '');
    if (isSettings) changed.push(...(await this.relinkUsersOf(SETTINGS)));
    changed.push(`file:${path}`);
    return changed;
  }

  private async relinkUsersOf(path: string): Promise<string[]> {
    const changed: string[] = [];
    for (const user of this.linkedThrough.get(path) ?? []) changed.push(...(await this.link(user)));
    return changed;
  }

  facts(file: WorkspaceFile): Promise<FileFacts | undefined> {
    return this.store.facts(file);
  }

  /** Why a file is not read, as in `is not read: …`; undefined if it is. */
  async whyNotRead(file: WorkspaceFile): Promise<string | undefined> {
    const facts = await this.store.facts(file);
    return facts ? facts.skipped : whyNoGrammar(file.path);
  }

  /** Files that declare a type, function or constant of this name, tests and generated code aside. */
  filesDeclaring(name: string): WorkspaceFile[] {
    return this.names.files(name).flatMap((path) => this.files.get(path) ?? []);
  }

  /** The files that looked into this one, or would have: for its name, its folder's, or a name it now declares. */
  private usersOf(file: WorkspaceFile, changed: readonly string[]): Set<string> {
    const users = new Set(this.linkedThrough.get(file.path));
    const [name = '', folder = ''] = file.relative.split('/').reverse();
    const declared = changed.flatMap((key) => (key.startsWith('name:') ? [key.slice('name:'.length)] : []));
    for (const one of [name.replace(/\..*$/, ''), folder, ...declared]) {
      for (const user of this.missing.get(one.toLowerCase()) ?? []) users.add(user);
    }
    users.delete(file.path);
    return users;
  }

  /** Files with a type that extends or implements one of this name, tests and generated code aside. */
  filesExtending(name: string): WorkspaceFile[] {
    return this.bases.files(name).flatMap((path) => this.files.get(path) ?? []);
  }

  private async scan(file: WorkspaceFile): Promise<ScanChanges> {
    const language = this.store.languageOf(file.path);
    const isHidden = isTest(file.relative) || isGenerated(file.relative);
    const found = isHidden || language === undefined ? undefined : await this.store.outline(file, language);
    const why = typeof found === 'string' ? found : undefined;
    if (isGenerated(file.relative) && !isTest(file.relative) && language !== undefined) this.generated.add(file.path);
    const outline = typeof found === 'string' ? undefined : found;
    if (outline !== undefined && this.store.isPromising(file, outline)) this.promising.add(file.path);
    else this.promising.delete(file.path);
    return {
      other: this.noteUnread(file.path, why),
      names: this.names.replace(file.path, outline?.names ?? []),
      bases: this.bases.replace(file.path, outline?.bases ?? []),
    };
  }

  private async link(path: string): Promise<string[]> {
    const file = this.files.get(path);
    if (!file || !this.promising.has(path)) return this.contribute(path, NOTHING);
    const facts = await this.store.facts(file);
    if (!facts) return this.contribute(path, NOTHING);
    const why = facts.skipped ?? (facts.conflicted === true ? 'in parts, for its merge conflicts' : undefined);
    const changed = why === undefined ? [] : this.noteUnread(path, why);
    const links = {
      used: (other: WorkspaceFile) => insert(this.linkedThrough, other.path, path),
      missing: (name: string) => insert(this.missing, name.toLowerCase(), path),
      settings: () => insert(this.linkedThrough, SETTINGS, path),
    };
    const linked = await linkFile(
      file,
      facts,
      this.texts,
      this.modules,
      this.config,
      (other) => this.store.facts(other),
      links,
    );
    return [...changed, ...this.contribute(path, linked)];
  }

  /** @param why the file is not read; undefined if it is. @returns the keys of what changed. */
  private noteUnread(path: string, why: string | undefined): string[] {
    if (this.unread.get(path) === why) return [];
    if (why === undefined) this.unread.delete(path);
    else this.unread.set(path, why);
    return ['unread'];
  }

  private contribute(path: string, linked: LinkedFile): string[] {
    return [
      ...this.spans.replace(path, linked.spans).map((key) => `span:${key}`),
      ...this.routes.replace(path, linked.routes).map((key) => `route:${key}`),
      ...this.mounts.replace(path, linked.mounts).map((key) => `mount:${key}`),
      ...this.rpcs.replace(path, linked.rpcs).map((key) => `rpc:${key}`),
      ...this.messages.replace(path, linked.messages).map((key) => `message:${key}`),
      ...this.httpCalls.replace(path, linked.httpCalls).map(() => 'http-calls'),
      ...this.queries.replace(path, linked.queries).map((key) => `query:${key}`),
      ...this.serviceNames.replace(path, linked.serviceNames).map(() => 'services'),
      ...this.tracers.replace(path, linked.tracers).map((key) => `tracer:${key}`),
      ...this.fileRoutes.replace(path, linked.fileRoutes).map((key) => `file-route:${key}`),
      ...this.fields.replace(path, linked.fields).map((key) => `field:${key}`),
      ...this.entityCalls.replace(path, linked.entityCalls).map((key) => `entity-call:${key}`),
    ];
  }
}

/** What reading a file anew changed: names that came or went, and keys. */
interface ScanChanges {
  readonly other: readonly string[];
  readonly names: readonly string[];
  readonly bases: readonly string[];
}

function scannedKeys({ other, names, bases }: ScanChanges): string[] {
  return [...other, ...names.map((name) => `name:${name}`), ...bases.map((name) => `base:${name}`)];
}

function insert(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}
