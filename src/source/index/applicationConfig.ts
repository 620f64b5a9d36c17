import { basename } from '../paths/fileLookup';
import { hoconValues } from '../../base/texts/hoconValues';
import { mapping, parseYaml, scalar, sequence } from '../../base/texts/yamlValues';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';

/** Files larger than this are data, not configuration. */
const MAX_BYTES = 256 * 1024;

/** Values that name keys, at most this deep. */
const MAX_DEPTH = 4;

const NAMES = [
  'application.yml',
  'application.yaml',
  'application.properties',
  'application.conf',
  'bootstrap.yml',
  'bootstrap.yaml',
  'bootstrap.properties',
  'META-INF/microprofile-config.properties',
];

interface Settings {
  readonly file: WorkspaceFile;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * What applications on the JVM are configured with: Spring's, Quarkus' and Micronaut's `application.yml` or
 * `application.properties`, Ktor's `application.conf` or `application.yaml`, in the resources of a file's module. Profiles
 * (`application-dev.yml`) are not read: which one runs is not known.
 */
export class ApplicationConfig {
  private readonly byModule = new Map<string, Promise<readonly Settings[]>>();
  /** Files of configuration servers by the name of the application that they are for. */
  private served: Map<string, WorkspaceFile[]> | undefined;

  constructor(private readonly files: WorkspaceFiles) {}

  /** Called when a file changed. @returns whether it was configuration. */
  forget(relative: string): boolean {
    if (
      !/(^|\/)(application|bootstrap|microprofile-config)\.(ya?ml|properties|conf)$/.test(relative) &&
      !isServed(relative)
    ) {
      return false;
    }
    this.byModule.clear();
    this.served = undefined;
    return true;
  }

  /**
   * The value of the first of some keys that is set for the module of a source file, placeholders replaced; undefined
   * where the configuration does not say.
   * @param used told of the files that were consulted.
   */
  async value(
    file: WorkspaceFile,
    keys: readonly string[],
    used: (file: WorkspaceFile) => void,
  ): Promise<string | undefined> {
    const settings = await this.settingsOf(file);
    for (const one of settings) used(one.file);
    for (const key of keys) {
      const found = settings.map(({ values }) => values.get(canonical(key))).find((value) => value !== undefined);
      if (found !== undefined) return filled(found, settings);
    }
    return undefined;
  }

  private settingsOf(file: WorkspaceFile): Promise<readonly Settings[]> {
    const module = /^(.*?\/|)src\/\w+\/(?:java|kotlin|scala)\//.exec(file.relative)?.[1];
    if (module === undefined) return Promise.resolve([]);
    const root = file.path.slice(0, -file.relative.length) + module;
    let known = this.byModule.get(root);
    if (known === undefined) this.byModule.set(root, (known = this.read(root)));
    return known;
  }

  private async read(root: string): Promise<readonly Settings[]> {
    const settings: Settings[] = [];
    for (const name of NAMES) {
      const file = this.files.get(`${root}src/main/resources/${name}`);
      const text = file && (await this.files.read(file.path, MAX_BYTES));
      if (text !== undefined) settings.push({ file: file!, values: readSettings(name, text) });
    }
    const key = canonical('spring.application.name');
    const name = settings.map(({ values }) => values.get(key)).find((value) => value !== undefined);
    const [only, ...others] = name === undefined ? [] : this.servedFor(name, root);
    const text = only && others.length === 0 ? await this.files.read(only.path, MAX_BYTES) : undefined;
    // What the server gives goes before what the application has itself.
    if (text !== undefined) settings.unshift({ file: only!, values: readSettings(only!.relative, text) });
    return settings;
  }

  /** What Spring Cloud's configuration server keeps for an application: `config/…/order-service.yml`. */
  private servedFor(application: string, root: string): WorkspaceFile[] {
    if (this.served === undefined) {
      this.served = new Map();
      for (const file of this.files.all()) {
        if (!isServed(file.relative)) continue;
        const name = basename(file.relative).replace(/\.\w+$/, '');
        this.served.set(name, [...(this.served.get(name) ?? []), file]);
      }
    }
    return (this.served.get(application) ?? []).filter((file) =>
      root.startsWith(file.path.slice(0, -file.relative.length)),
    );
  }
}

/** Whether a file may be one of a configuration server's, in a folder that is called after configuration. */
function isServed(relative: string): boolean {
  return (
    /(^|\/)[\w-]*conf(ig)?[\w-]*\/(?:[^/]+\/)*[\w-]+\.(ya?ml|properties)$/i.test(relative) &&
    !/(^|\/)(test|target|build)\//.test(relative)
  );
}

/** Keys are compared without case and dashes, as Spring's relaxed binding does. */
function canonical(key: string): string {
  return key.toLowerCase().replace(/[-_"]/g, '');
}

/** Replaces `${key}` and `${key:default}`; undefined where one is set outside (an environment variable). */
function filled(text: string, settings: readonly Settings[], depth = 0): string | undefined {
  let isKnown = depth < MAX_DEPTH;
  const result = text.replace(/\$\{([^:{}]+)(?::([^{}]*))?\}/g, (_, key: string, byDefault: string | undefined) => {
    const found = settings.map(({ values }) => values.get(canonical(key))).find((value) => value !== undefined);
    const value = found === undefined || !isKnown ? byDefault : filled(found, settings, depth + 1);
    if (value === undefined) isKnown = false;
    return value ?? '';
  });
  return isKnown ? result : undefined;
}

function readSettings(name: string, text: string): Map<string, string> {
  const values = new Map<string, string>();
  if (basename(name).endsWith('.properties')) {
    for (const line of text.replace(/\\\r?\n\s*/g, '').split(/\r?\n/)) {
      const match = /^\s*([^#!\s:=][^\s:=]*)\s*[:=]\s*(.*?)\s*$/.exec(line);
      // Quarkus' profiles (`%dev.`) do not hold for all.
      if (match && !match[1]!.startsWith('%')) values.set(canonical(match[1]!), match[2]!);
    }
    return values;
  }
  if (name.endsWith('.conf')) {
    for (const [key, value] of hoconValues(text)) values.set(canonical(key), value);
    return values;
  }
  for (const document of parseYaml(text)) {
    const root = mapping(document);
    // A document of a profile.
    if (root === undefined || /"on-?profile"|"profiles":"/.test(JSON.stringify(root['spring'] ?? ''))) continue;
    flatten(root, values);
  }
  return values;
}

function flatten(root: Record<string, unknown>, values: Map<string, string>): void {
  const pending: { readonly prefix: string; readonly value: unknown }[] = [{ prefix: '', value: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { prefix, value } = next;
    const text = scalar(value);
    if (text !== undefined && !values.has(canonical(prefix))) values.set(canonical(prefix), text);
    const items = sequence(value).map((item, at) => [`[${at}]`, item] as const);
    for (const [key, inner] of items) pending.push({ prefix: `${prefix}${key}`, value: inner });
    for (const [key, inner] of Object.entries(mapping(value) ?? {})) {
      if (!key.startsWith('%')) pending.push({ prefix: prefix === '' ? key : `${prefix}.${key}`, value: inner });
    }
  }
}

/** What brokers call the place of a channel: Kafka's topic is AMQP's address, RabbitMQ's queue or exchange and JMS' destination. */
const CHANNEL_PLACES = ['topic', 'address', 'queue.name', 'exchange.name', 'destination', 'subject'];

/** The keys that may say what `mp.messaging.incoming.orders.topic` asks for, whichever connector the channel has; else the key. */
export function channelKeys(key: string): readonly string[] {
  const channel = /^(mp\.messaging\.(?:incoming|outgoing)\..+\.)topic$/.exec(key)?.[1];
  return channel === undefined ? [key] : CHANNEL_PLACES.map((place) => `${channel}${place}`);
}

/** Keys of what frameworks put in front of all routes, each list a level that is joined with the next. */
export const ROOT_PATHS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  spring: [
    ['server.servlet.context-path', 'spring.webflux.base-path', 'server.context-path'],
    ['spring.mvc.servlet.path'],
  ],
  'jax-rs': [
    ['quarkus.http.root-path', 'server.servlet.context-path'],
    ['quarkus.rest.path', 'quarkus.resteasy-reactive.path', 'quarkus.resteasy.path', 'spring.jersey.application-path'],
  ],
  micronaut: [['micronaut.server.context-path']],
  servlet: [['server.servlet.context-path']],
  ktor: [['ktor.deployment.rootPath']],
};

/** The path in front of a framework's routes in a file's module, as far as its configuration says; '' for none. */
export async function rootPath(
  config: ApplicationConfig,
  file: WorkspaceFile,
  framework: string,
  used: (file: WorkspaceFile) => void,
): Promise<string> {
  const levels = Object.hasOwn(ROOT_PATHS, framework) ? ROOT_PATHS[framework]! : [];
  const parts: string[] = [];
  for (const keys of levels) {
    const value = await config.value(file, keys, used);
    if (value !== undefined) parts.push(value.replace(/^\/|\/$/g, ''));
  }
  return parts.filter((part) => part !== '').join('/');
}
