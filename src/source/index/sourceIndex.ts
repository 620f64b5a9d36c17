import type { FileFacts } from '../../syntax/facts';
import type { ModulePaths } from '../paths/modulePaths';
import { isGenerated, isTest } from '../workspace/fileRoles';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { declaredNames } from './declaredNames';
import type {
  LinkedFile,
  MessageEntry,
  MountEntry,
  RouteEntry,
  RpcEntry,
  ServiceNameEntry,
  SpanEntry,
} from './entries';
import { FactsStore, type FactsProvider } from './factsStore';
import { KeyedTable } from './keyedTable';
import { linkFile } from './linkFile';
import { TextResolver } from './textResolver';

const NOTHING: LinkedFile = {
  spans: [],
  routes: [],
  mounts: [],
  rpcs: [],
  messages: [],
  serviceNames: [],
  tracers: [],
};

/**
 * What the workspace's code says that spans may point at, by the keys spans bring along. Updating one file touches only
 * what it contributed (and what files contributed that looked up a constant in it).
 */
export class SourceIndex {
  readonly spans = new KeyedTable<SpanEntry>();
  readonly routes = new KeyedTable<RouteEntry>();
  readonly mounts = new KeyedTable<MountEntry>();
  readonly rpcs = new KeyedTable<RpcEntry>();
  readonly messages = new KeyedTable<MessageEntry>();
  readonly serviceNames = new KeyedTable<ServiceNameEntry>();
  readonly tracers = new KeyedTable<string>();
  /** Files by the names they declare, found without parsing. */
  readonly names = new KeyedTable<true>();
  readonly store: FactsStore;
  private readonly texts: TextResolver;
  /** File → the files whose link looked into it. */
  private readonly linkedThrough = new Map<string, Set<string>>();
  private readonly promising = new Set<string>();

  constructor(
    private readonly files: WorkspaceFiles,
    provider: FactsProvider,
    readonly modules: ModulePaths,
  ) {
    this.store = new FactsStore(files, provider);
    this.texts = new TextResolver(this.store, modules, (name) => this.filesDeclaring(name));
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
    if (this.store.languageOf(file.path) === undefined) return [];
    this.store.forget(file.path);
    const changed = await this.scan(file);
    changed.push(...(await this.link(file.path)));
    for (const dependent of [...(this.linkedThrough.get(file.path) ?? [])]) {
      if (dependent !== file.path) changed.push(...(await this.link(dependent)));
    }
    changed.push(`file:${file.path}`);
    return changed;
  }

  /** Lets go of what a file contributed. @returns the keys whose entries changed. */
  async remove(path: string): Promise<string[]> {
    this.store.forget(path);
    this.promising.delete(path);
    const changed = [...this.names.replace(path, []).map((key) => `name:${key}`), ...this.contribute(path, NOTHING)];
    for (const dependent of this.linkedThrough.get(path) ?? []) changed.push(...(await this.link(dependent)));
    this.linkedThrough.delete(path);
    changed.push(`file:${path}`);
    return changed;
  }

  facts(file: WorkspaceFile): Promise<FileFacts | undefined> {
    return this.store.facts(file);
  }

  /** Files that declare a type, function or constant of this name, tests and generated code aside. */
  filesDeclaring(name: string): WorkspaceFile[] {
    return this.names.files(name).flatMap((path) => this.files.get(path) ?? []);
  }

  private async scan(file: WorkspaceFile): Promise<string[]> {
    const language = this.store.languageOf(file.path);
    const text = await this.files.read(file.path);
    this.promising.delete(file.path);
    if (language === undefined || text === undefined) return [];
    const hidden = isTest(file.relative) || isGenerated(file.relative);
    const names = hidden ? [] : [...declaredNames(language, text)].map((name) => [name, true] as const);
    const changed = this.names.replace(file.path, names).map((key) => `name:${key}`);
    if (!hidden && this.store.isPromising(file, text)) this.promising.add(file.path);
    return changed;
  }

  private async link(path: string): Promise<string[]> {
    const file = this.files.get(path);
    if (!file || !this.promising.has(path)) return this.contribute(path, NOTHING);
    const facts = await this.store.facts(file);
    if (!facts) return this.contribute(path, NOTHING);
    const used = (other: WorkspaceFile): void => {
      const through = this.linkedThrough.get(other.path);
      if (through) through.add(path);
      else this.linkedThrough.set(other.path, new Set([path]));
    };
    return this.contribute(
      path,
      await linkFile(file, facts, this.texts, this.modules, (other) => this.store.facts(other), used),
    );
  }

  private contribute(path: string, linked: LinkedFile): string[] {
    return [
      ...this.spans.replace(path, linked.spans).map((key) => `span:${key}`),
      ...this.routes.replace(path, linked.routes).map((key) => `route:${key}`),
      ...this.mounts.replace(path, linked.mounts).map((key) => `mount:${key}`),
      ...this.rpcs.replace(path, linked.rpcs).map((key) => `rpc:${key}`),
      ...this.messages.replace(path, linked.messages).map((key) => `message:${key}`),
      ...this.serviceNames.replace(path, linked.serviceNames).map(() => 'services'),
      ...this.tracers.replace(path, linked.tracers).map((key) => `tracer:${key}`),
    ];
  }
}
