import type { FileFacts } from '../syntax/facts';
import type { Touch } from './index/dependencies';
import type { SourceIndex } from './index/sourceIndex';
import { dirname } from './paths/fileLookup';
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
  const people = written.length > 0 ? written : found;
  const real = people.filter(({ file, facts, index }) => !isDouble(file.relative, facts.functions[index]!.container));
  const best = real.length > 0 ? real : people;
  const bodies = best.filter(({ facts, index }) => facts.functions[index]!.isDeclaration !== true);
  return bodies.length > 0 ? bodies : [...best];
}

/** Whether a function stands in for the real one in tests, though not in a test's folder. */
export function isDouble(relative: string, container: readonly string[]): boolean {
  const inName = /(^|[\W_])(mock|fake|stub)s?([\W_]|$)/i.test(relative.slice(relative.indexOf('/') + 1));
  return inName || /^(Mock|Fake|Stub)[A-Z]|(Mock|Fake)$|^(mock|fake)[A-Z]/.test(container.at(-1) ?? '');
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

/** Whether nothing else is run in place of a function: it is no method, or has a body that people wrote. */
export function answersItself({ facts, index }: FoundFunction): boolean {
  const { container, isDeclaration } = facts.functions[index]!;
  return container.length === 0 || (isDeclaration !== true && facts.generated !== true);
}

/**
 * For a method without a body the methods of the types below its own that have one, for one that a tool wrote what it
 * passes the call on to; itself if there is none in reach.
 */
export async function implementationsOf(
  declared: FoundFunction,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
): Promise<FoundFunction[]> {
  const { name, container, isDeclaration } = declared.facts.functions[declared.index]!;
  const owner = container.at(-1);
  if (owner === undefined || answersItself(declared)) return [declared];
  const found =
    isDeclaration === true
      ? await below(owner, name, index, scope, touch)
      : await behindGenerated(declared, index, scope, touch);
  return found.length > 0 ? scope.nearest(found, ({ file }) => file) : [declared];
}

/**
 * A generated router calls methods of its own, which call people's methods of the same name and with the same first
 * parameters (oapi-codegen's `ServerInterfaceWrapper`); those in the same folder are meant before others.
 */
async function behindGenerated(
  generated: FoundFunction,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
): Promise<FoundFunction[]> {
  const { name, parameters } = generated.facts.functions[generated.index]!;
  touch(`name:${name}`);
  const files = index.filesDeclaring(name).filter((file) => scope.allowsNamed(file));
  const found: FoundFunction[] = [];
  for (const file of files.length > MAX_FILES ? [] : files) {
    touch(`file:${file.path}`);
    const facts = await index.facts(file);
    if (!facts || facts.generated === true || facts.language !== generated.facts.language) continue;
    facts.functions.forEach((fact, at) => {
      const isAlike = parameters.every((parameter, i) => fact.parameters[i] === parameter);
      if (fact.name === name && fact.container.length > 0 && isAlike) found.push({ file, facts, index: at });
    });
  }
  const beside = found.filter(({ file }) => dirname(file.relative) === dirname(generated.file.relative));
  return beside.length > 0 ? beside : found;
}

/** The methods with a body in types that extend or implement `owner`, the nearest level with such methods. */
async function below(
  owner: string,
  name: string,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
): Promise<FoundFunction[]> {
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
  return found;
}

function methodsOf(file: WorkspaceFile, facts: FileFacts, type: string, name: string): FoundFunction[] {
  return facts.functions.flatMap((fact, index) =>
    fact.name === name && fact.container.at(-1) === type && fact.isDeclaration !== true ? [{ file, facts, index }] : [],
  );
}
