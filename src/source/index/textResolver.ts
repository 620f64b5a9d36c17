import type { ConstantFact, FileFacts, TextFact } from '../../syntax/facts';
import { endsAlike } from '../names/matchFunction';
import { importsOf } from '../paths/importsOf';
import { pythonModuleName, type ModulePaths } from '../paths/modulePaths';
import { dirname } from '../paths/fileLookup';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { ApplicationConfig } from './applicationConfig';
import type { FactsStore } from './factsStore';

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

/** Looks up constants: in the file, behind imports, in the package, or by the type that declares them. */
export class TextResolver {
  constructor(
    private readonly store: FactsStore,
    private readonly modules: ModulePaths,
    private readonly filesDeclaring: (name: string) => WorkspaceFile[],
    private readonly config: ApplicationConfig,
  ) {}

  /**
   * @returns undefined where source does not say (a parameter, an environment variable, several values).
   */
  async resolve(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact,
    links: LinkListener,
    depth = 0,
  ): Promise<ResolvedText | undefined> {
    if (depth > MAX_DEPTH) return undefined;
    switch (text.kind) {
      case 'literal':
        return text;
      case 'reference':
        return this.reference(file, facts, text.name, links, depth);
      case 'template':
        return this.template(file, facts, text, links, depth);
    }
  }

  private async template(
    file: WorkspaceFile,
    facts: FileFacts,
    text: TextFact & { kind: 'template' },
    links: LinkListener,
    depth: number,
  ): Promise<ResolvedText> {
    const parts = [text.parts[0] ?? ''];
    for (let i = 1; i < text.parts.length; i++) {
      const hole = text.holes?.[i - 1] ?? '';
      const value = hole === '' ? undefined : await this.reference(file, facts, hole, links, depth);
      if (value?.kind === 'literal') parts[parts.length - 1] += value.text + text.parts[i]!;
      else parts.push(text.parts[i]!);
    }
    return parts.length === 1 ? { kind: 'literal', text: parts[0]! } : { kind: 'template', parts };
  }

  private async reference(
    file: WorkspaceFile,
    facts: FileFacts,
    name: string,
    links: LinkListener,
    depth: number,
  ): Promise<ResolvedText | undefined> {
    if (name === '__name__') return { kind: 'literal', text: pythonModuleName(file.relative) };
    const parts = name.replace(/^(this|self|cls|Self)\./, '').split('.');
    const wanted = parts.at(-1)!;
    const container = parts.slice(0, -1);
    const here = agreeing(constantsNamed(facts, wanted, container));
    if (here) return this.resolve(file, facts, here.value, links, depth + 1);
    for (const other of await this.elsewhere(file, facts, parts)) {
      const otherFacts = await this.store.facts(other);
      links.used(other);
      if (!otherFacts) continue;
      const loose = constantsNamed(otherFacts, wanted, []);
      const found =
        agreeing(constantsNamed(otherFacts, wanted, container)) ??
        agreeing(loose) ??
        agreeing(loose.filter((fact) => bearsName(fact, container.at(-1))));
      if (found) return this.resolve(other, otherFacts, found.value, links, depth + 1);
    }
    if (facts.language === 'java' || facts.language === 'kotlin') {
      const value = await this.config.value(file, [name], (other) => links.used(other));
      if (value !== undefined) return { kind: 'literal', text: value };
    }
    for (const missing of namesOf(parts, importsOf(facts).get(parts[0]!))) links.missing(missing);
    return undefined;
  }

  /** The files in which a name of this file may be declared, nearest first. */
  private async elsewhere(file: WorkspaceFile, facts: FileFacts, parts: readonly string[]): Promise<WorkspaceFile[]> {
    const imported = importsOf(facts).get(parts[0]!);
    if (imported) {
      const found = await this.modules.resolve(file, facts.language, imported.from, imported.imported);
      // A file of Kotlin need not be called after what it declares.
      return found.length > 0 || facts.language !== 'kotlin' ? found : this.filesDeclaring(imported.imported);
    }
    switch (facts.language) {
      case 'go':
        return parts.length === 1
          ? this.modules.goFiles(file.folder, dirname(file.relative)).filter((other) => other.path !== file.path)
          : [];
      case 'java':
      case 'kotlin':
      case 'csharp':
      case 'ruby':
      case 'php':
      case 'rust':
      case 'elixir': {
        const found = parts.length > 1 ? this.filesDeclaring(parts.at(-2)!) : [];
        return found.length === 1 ? found : found.filter((other) => dirname(other.relative) === dirname(file.relative));
      }
      case 'python':
      case 'typescript':
      case 'tsx':
      case 'javascript':
        return [];
    }
  }
}

function constantsNamed(facts: FileFacts, name: string, container: readonly string[]): ConstantFact[] {
  return facts.constants.filter((fact) => fact.name === name && endsAlike(fact.container, container));
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
