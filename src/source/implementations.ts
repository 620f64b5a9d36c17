import type { FileFacts } from '../syntax/facts';
import type { Touch } from './index/dependencies';
import type { SourceIndex } from './index/sourceIndex';
import type { ServiceScope } from './services/serviceScope';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** A function of the workspace. */
export interface FoundFunction {
  readonly file: WorkspaceFile;
  readonly facts: FileFacts;
  readonly index: number;
}

/** Types below an interface or abstract class, at most this many levels. */
const MAX_DEPTH = 3;

/** A type that more files extend than this is a framework's. */
const MAX_FILES = 40;

/**
 * Of functions that fit a name those that do something: people's code before what a tool wrote, functions with a body
 * before overloads, abstract methods and methods of interfaces.
 */
export function withBodies(found: readonly FoundFunction[]): FoundFunction[] {
  const written = found.filter(({ facts }) => facts.generated !== true);
  const best = written.length > 0 ? written : found;
  const bodies = best.filter(({ facts, index }) => facts.functions[index]!.isDeclaration !== true);
  return bodies.length > 0 ? bodies : [...best];
}

/** The function itself, or for an overload the one of the same name and type in the file that has the body; by index. */
export function bodyOf(facts: FileFacts, index: number): number {
  const fact = facts.functions[index]!;
  if (fact.isDeclaration !== true) return index;
  const path = [...fact.container, fact.name].join('.');
  const body = facts.functions.findIndex(
    (other) => other.isDeclaration !== true && [...other.container, other.name].join('.') === path,
  );
  return body < 0 ? index : body;
}

/**
 * For a method without a body the methods of the types below its own that have one; itself if there is none in reach.
 */
export async function implementationsOf(
  declared: FoundFunction,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
): Promise<FoundFunction[]> {
  const { name, container, isDeclaration } = declared.facts.functions[declared.index]!;
  const owner = container.at(-1);
  if (isDeclaration !== true || owner === undefined) return [declared];
  const seen = new Set([owner]);
  const found: FoundFunction[] = [];
  let level = [owner];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && found.length === 0; depth++) {
    const next: string[] = [];
    for (const base of level) {
      touch(`base:${base}`);
      const files = index.filesExtending(base).filter((file) => scope.allowsNamed(file));
      for (const file of files.length > MAX_FILES ? [] : files) {
        touch(`file:${file.path}`);
        const facts = await index.facts(file);
        for (const type of facts?.types ?? []) {
          if (!type.bases.some((one) => one.replace(/^.*[.:]/, '') === base) || seen.has(type.name)) continue;
          seen.add(type.name);
          next.push(type.name);
          found.push(...methodsOf(file, facts!, type.name, name));
        }
      }
    }
    level = next;
  }
  return found.length > 0 ? scope.nearest(found, ({ file }) => file) : [declared];
}

function methodsOf(file: WorkspaceFile, facts: FileFacts, type: string, name: string): FoundFunction[] {
  return facts.functions.flatMap((fact, index) =>
    fact.name === name && fact.container.at(-1) === type && fact.isDeclaration !== true ? [{ file, facts, index }] : [],
  );
}
