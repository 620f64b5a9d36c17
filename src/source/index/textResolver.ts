import { isTest } from '../../base/fileRoles';
import type { ConstantFact, FileFacts, TextFact } from '../../syntax/facts';
import { endsAlike } from '../names/matchFunction';
import { importsOf } from '../paths/importsOf';
import { pythonModuleName, type ModulePaths } from '../paths/modulePaths';
import { dirname, sharedFolders } from '../paths/fileLookup';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { settingOf, type SettingName } from '../../syntax/extract/settingName';
import { channelKeys, type ApplicationConfig } from './applicationConfig';
import type { FactsStore } from './factsStore';
import type { RuntimeSettings } from './settings/runtimeSettings';

/** A text with its references looked up: what a running program would print, as far as source says. */
export type ResolvedText =
  | { readonly kind: 'literal'; readonly text: string }
  /** Constant pieces around the holes, at least two. */
  | { readonly kind: 'template'; readonly parts: readonly string[] };

/** Told what linking one file asked of others. */
export interface LinkListener {
  /** Another file was consulted: when it changes, the link is made anew. */
  used(file: WorkspaceFile): void;
  /** Nothing of this name was found: when a file of that name or with such a declaration comes, the link is made anew. */
  missing(name: string): void;
  /** What files set for running programs was asked for: when such a file changes or comes, the link is made anew. */
  settings(): void;
}

/** One look at a text. */
interface Asked {
  readonly links: LinkListener;
  /** Which of the values of its settings is wanted; undefined for the one that is certain. */
  readonly choice?: number;
  /** Set where a setting has further values. */
  hasMore?: boolean;
}

/** The names under which what an import means may come into being: a file's, a folder's or a declaration's. */
export function namesOf(
  parts: readonly string[],
  imported: { readonly from: string; readonly imported: string } | undefined,
): string[] {
  const module = imported?.from.replace(/\.[cm]?[jt]sx?$/, '').split(/[/.]/);
  return [module?.at(-1), imported?.imported, ...parts.slice(-2)].filter(
    (name): name is string => name !== undefined && name !== '' && name !== '*',
  );
}

/** Constants that name constants, at most this deep. */
const MAX_DEPTH = 6;

/** Values of a text that depends on settings. */
const MAX_CHOICES = 5;

/** Scripts that are asked for a setting. */
const MAX_SCRIPTS = 30;

/** Objects that hold what was read from settings, in the languages that have no placeholders of their own for them. */
const HOLDS_SETTINGS = /cfg|conf|setting|option|opts|env/i;

/** Looks up constants: in the file, behind imports, in the package, or by the type that declares them. */
export class TextResolver {
  constructor(
    private readonly store: FactsStore,
    private readonly modules: ModulePaths,
    private readonly filesDeclaring: (name: string) => WorkspaceFile[],
    private readonly config: ApplicationConfig,
    private readonly settings: RuntimeSettings,
  ) {}

  /**
   * @returns undefined where source does not say (a parameter, a setting that has several values).
   */
  resolve(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact,
    links: LinkListener,
  ): Promise<ResolvedText | undefined> {
    return this.lookUp(file, facts, text, { links }, 0);
  }

  /** Everything a text may be: the default in the code, and what the workspace's files set in its place. */
  async resolveAll(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact,
    links: LinkListener,
  ): Promise<readonly ResolvedText[]> {
    const found = new Map<string, ResolvedText>();
    for (let choice = 0; choice < MAX_CHOICES; choice++) {
      const asked: Asked = { links, choice };
      const one = await this.lookUp(file, facts, text, asked, 0);
      if (one !== undefined) found.set(JSON.stringify(one), one);
      if (asked.hasMore !== true) break;
    }
    return [...found.values()];
  }

  private async lookUp(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact,
    asked: Asked,
    depth: number,
  ): Promise<ResolvedText | undefined> {
    if (depth > MAX_DEPTH) return undefined;
    switch (text.kind) {
      case 'literal':
        return text;
      case 'reference':
        return this.reference(file, facts, text.name, asked, depth);
      case 'template':
        return this.template(file, facts, text, asked, depth);
    }
  }

  private async template(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact & { kind: 'template' },
    asked: Asked,
    depth: number,
  ): Promise<ResolvedText> {
    const parts = [text.parts[0] ?? ''];
    for (let i = 1; i < text.parts.length; i++) {
      const hole = text.holes?.[i - 1] ?? '';
      const value = hole === '' ? undefined : await this.reference(file, facts, hole, asked, depth);
      if (value?.kind === 'literal') parts[parts.length - 1] += value.text + text.parts[i]!;
      else parts.push(text.parts[i]!);
    }
    return parts.length === 1 ? { kind: 'literal', text: parts[0]! } : { kind: 'template', parts };
  }

  private async reference(
    file: WorkspaceFile,
    facts: FileFacts,
    name: string,
    asked: Asked,
    depth: number,
  ): Promise<ResolvedText | undefined> {
    const { links } = asked;
    const setting = settingOf(name);
    if (setting?.kind === 'member') return this.reference(file, facts, setting.key, asked, depth);
    if (setting !== undefined) return this.setting(file, setting, asked);
    if (name === '__name__') return { kind: 'literal', text: pythonModuleName(file.relative) };
    const parts = name.replace(/^(this|self|cls|Self)\./, '').split('.');
    const wanted = parts.at(-1)!;
    const container = parts.slice(0, -1);
    const here = agreeing(constantsNamed(facts, wanted, container).filter((fact) => isOwn(fact, container)));
    if (here) return this.lookUp(file, facts, here.value, asked, depth + 1);
    for (const other of await this.elsewhere(file, facts, parts)) {
      const otherFacts = await this.store.facts(other);
      links.used(other);
      if (!otherFacts) continue;
      const loose = constantsNamed(otherFacts, wanted, []);
      const found =
        agreeing(constantsNamed(otherFacts, wanted, container)) ??
        agreeing(loose) ??
        agreeing(loose.filter((fact) => bearsName(fact, container.at(-1))));
      if (found) return this.lookUp(other, otherFacts, found.value, asked, depth + 1);
    }
    if (facts.language === 'java' || facts.language === 'kotlin') {
      const value = await this.config.value(file, channelKeys(name), (other) => links.used(other));
      if (value !== undefined) return { kind: 'literal', text: value };
    }
    for (const missing of namesOf(parts, importsOf(facts).get(parts[0]!))) links.missing(missing);
    return this.member(file, facts, parts, asked);
  }

  /** Where Go or Python declares the field that a setting is read into, seen from `cfg.Kafka.Topic`, `settings.TOPIC`. */
  private declaringSetting(file: WorkspaceFile, parts: readonly string[]): WorkspaceFile[] {
    if (!parts.slice(0, -1).some((part) => HOLDS_SETTINGS.test(part))) return [];
    return this.filesDeclaring(parts.at(-1)!).filter((other) => other.folder === file.folder);
  }

  private async setting(
    file: WorkspaceFile,
    { kind, key, byDefault }: SettingName,
    asked: Asked,
  ): Promise<ResolvedText | undefined> {
    asked.links.settings();
    const below = kind === 'path' ? await this.settings.path(file, key) : [];
    const set = below.length > 0 ? below : await this.settings.variable(file, key);
    if (set.length === 0 && kind === 'path') {
      const found = await this.gathered(file, key, asked);
      if (found !== undefined) return found;
    }
    return chosen(
      byDefault === undefined ? set : [byDefault, ...set.filter((one) => one !== byDefault)],
      asked,
      byDefault,
    );
  }

  /** `config.get('kafka.topic')` where a script of the project says what that is. */
  private async gathered(file: WorkspaceFile, key: string, asked: Asked): Promise<ResolvedText | undefined> {
    const keys = key.split(/[.:]/);
    const name = keys.at(-1)!;
    for (const script of this.settings.gatherers(file).slice(0, MAX_SCRIPTS)) {
      const facts = await this.store.facts(script);
      asked.links.used(script);
      const found = facts && agreeing(constantsNamed(facts, name, keys.slice(0, -1)));
      if (found) return this.lookUp(script, facts, found.value, asked, 1);
    }
    return undefined;
  }

  /** A member of an object that settings were read into: `cfg.Kafka.Topic`, `_options.Value.Topic`, `env.ORDERS_TOPIC`. */
  private async member(
    file: WorkspaceFile,
    { language }: FileFacts,
    parts: readonly string[],
    asked: Asked,
  ): Promise<ResolvedText | undefined> {
    if (!/^(go|csharp|typescript|tsx|javascript|python)$/.test(language)) return undefined;
    if (!parts.slice(0, -1).some((part) => HOLDS_SETTINGS.test(part))) return undefined;
    asked.links.settings();
    const name = parts.at(-1)!;
    const variables = /^[A-Z][A-Z0-9_]+$/.test(name) ? await this.settings.variable(file, name) : [];
    return chosen(variables.length > 0 ? variables : await this.settings.member(file, parts), asked, undefined);
  }

  /** The files in which a name of this file may be declared, nearest first. */
  private async elsewhere(file: WorkspaceFile, facts: FileFacts, parts: readonly string[]): Promise<WorkspaceFile[]> {
    const imported = importsOf(facts).get(parts[0]!);
    if (imported) {
      const found = await this.modules.resolve(file, facts.language, imported.from, imported.imported);
      // Python's settings are objects of modules that read them from others.
      if (facts.language === 'python') return [...found, ...nearestOf(file, this.declaringSetting(file, parts))];
      // A file of Kotlin need not be called after what it declares.
      return found.length > 0 || facts.language !== 'kotlin' ? found : this.filesDeclaring(imported.imported);
    }
    switch (facts.language) {
      case 'go': {
        if (parts.length > 1) return this.declaringSetting(file, parts);
        return this.modules.goFiles(file.folder, dirname(file.relative)).filter((other) => other.path !== file.path);
      }
      case 'java':
      case 'kotlin':
      case 'csharp':
      case 'ruby':
      case 'php':
      case 'rust':
      case 'elixir': {
        const direct = parts.length > 1 ? this.filesDeclaring(parts.at(-2)!) : [];
        // `ShopProperties.kafka.ordersTopic`: the classes of its fields are inside it.
        const found = direct.length > 0 || parts.length < 3 ? direct : this.filesDeclaring(parts[0]!);
        return found.length === 1 ? found : found.filter((other) => dirname(other.relative) === dirname(file.relative));
      }
      case 'python':
        return nearestOf(file, this.declaringSetting(file, parts));
      case 'typescript':
      case 'tsx':
      case 'javascript':
        return [];
    }
  }
}

/** The files that share the most folders with one; none of several that share no folder. */
function nearestOf(file: WorkspaceFile, others: readonly WorkspaceFile[]): WorkspaceFile[] {
  const shared = ({ relative }: WorkspaceFile): number => sharedFolders(file.relative, relative);
  const real = others.filter(({ relative, path }) => !isTest(relative) && path !== file.path);
  const most = Math.max(...real.map(shared));
  const nearest = real.filter((other) => shared(other) === most);
  return most === 0 && nearest.length > 1 ? [] : nearest;
}

/** The value that is wanted of a setting; without a wish the default, or the only one. */
function chosen(values: readonly string[], asked: Asked, byDefault: string | undefined): ResolvedText | undefined {
  const { choice } = asked;
  if (choice !== undefined && choice + 1 < values.length) asked.hasMore = true;
  const certain = byDefault ?? (values.length === 1 ? values[0] : undefined);
  const text = choice === undefined ? certain : values[Math.min(choice, values.length - 1)];
  return text === undefined ? undefined : { kind: 'literal', text };
}

function constantsNamed(facts: FileFacts, name: string, container: readonly string[]): ConstantFact[] {
  return facts.constants.filter((fact) => fact.name === name && endsAlike(fact.container, container));
}

/** `settings.TOPIC` is a member of something: a plain `TOPIC` of the file that says so is another one. */
function isOwn(fact: ConstantFact, container: readonly string[]): boolean {
  return container.length === 0 || fact.container.length > 0;
}

/** Whether a constant's type is called after a field: `KafkaSettings` after the `kafka` of `settings.kafka.topic`. */
function bearsName({ container }: ConstantFact, field: string | undefined): boolean {
  const type = container.at(-1)?.toLowerCase();
  return field !== undefined && type !== undefined && type.startsWith(field.replaceAll('_', '').toLowerCase());
}

/** The constant, if there is one or all of them say the same. */
function agreeing(constants: readonly ConstantFact[]): ConstantFact | undefined {
  const [first] = constants;
  if (!first) return undefined;
  const value = JSON.stringify(first.value);
  return constants.every((other) => JSON.stringify(other.value) === value) ? first : undefined;
}
