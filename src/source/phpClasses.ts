import type { FileFacts } from '../syntax/facts';
import type { Touch } from './index/dependencies';
import type { SourceIndex } from './index/sourceIndex';
import type { FoundFunction } from './implementations';
import { sharedPrefix } from './paths/modulePaths';
import type { ServiceScope } from './services/serviceScope';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** Of classes of one name in several applications that of the one where it is named. */
function nearestTo(near: WorkspaceFile | undefined, found: FoundFunction[]): FoundFunction[] {
  if (near === undefined || found.length < 2) return found;
  const shared = found.map(({ file }) => sharedPrefix(file, near));
  return found.filter((_, i) => shared[i] === Math.max(...shared));
}

/** Classes above one, at most this many levels. */
const MAX_DEPTH = 4;

const CONSTRUCTOR = '__construct';

/**
 * The method that `App\Orders\ListOrders.__invoke` means. The namespace may be only the end of the whole one (Laravel's
 * `Api\OrdersController`); a class of another namespace is not meant. A method that the class does not declare is looked for
 * above it; where a base class is called that passes the work on, the only method of the class is meant.
 */
export async function phpMethod(
  named: string,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
  near?: WorkspaceFile,
): Promise<FoundFunction[]> {
  const dot = named.lastIndexOf('.');
  const method = named.slice(dot + 1);
  let classes = [named.slice(0, dot)];
  for (let depth = 0; depth < MAX_DEPTH && classes.length > 0; depth++) {
    const found: FoundFunction[] = [];
    const above: string[] = [];
    for (const name of classes) {
      for (const { file, facts, type } of await declarations(name, index, scope, touch)) {
        const own = methodsOf(facts, type);
        const wanted = own.filter((at) => isMeant(facts, at, method, own, depth));
        found.push(...wanted.map((at) => ({ file, facts, index: at })));
        const bases = facts.types.filter((fact) => fact.name === type).flatMap((fact) => fact.bases);
        above.push(...bases.map((base) => base.slice(base.lastIndexOf('\\') + 1)));
      }
    }
    if (found.length > 0)
      return nearestTo(
        near,
        scope.nearest(found, ({ file }) => file),
      );
    classes = [...new Set(above)];
  }
  return [];
}

function isMeant(facts: FileFacts, at: number, method: string, own: readonly number[], depth: number): boolean {
  const { name, isDeclaration } = facts.functions[at]!;
  if (isDeclaration === true) return false;
  if (name.toLowerCase() === method.toLowerCase()) return true;
  const isInvoked = /^(__invoke|handle|process)$/.test(method);
  const isDeclared = own.some((other) => facts.functions[other]!.name === method);
  if (isInvoked && !isDeclared && answersFor(facts, name, facts.functions[at]!.container.at(-1))) return true;
  if (depth > 0 || !isInvoked || isDeclared) return false;
  // PSR-15's `handle`, or the only method that a class adds to what its base does.
  const others = own.filter((other) => facts.functions[other]!.name !== CONSTRUCTOR);
  return name === 'handle' || (others.length === 1 && others[0] === at);
}

/** The method through which PSR-15 calls a class that says what it implements: `handle` or `process`. */
function answersFor(facts: FileFacts, method: string, type: string | undefined): boolean {
  const bases = facts.types.filter(({ name }) => name === type).flatMap((fact) => fact.bases);
  const contract = { handle: /(^|\\)RequestHandlerInterface$/, process: /(^|\\)MiddlewareInterface$/ };
  return (method === 'handle' || method === 'process') && bases.some((base) => contract[method].test(base));
}

async function declarations(
  name: string,
  index: SourceIndex,
  scope: ServiceScope,
  touch: Touch,
): Promise<{ file: FoundFunction['file']; facts: FileFacts; type: string }[]> {
  const split = name.lastIndexOf('\\');
  const type = name.slice(split + 1);
  const namespace = name.slice(0, Math.max(0, split)).replace(/^\\/, '');
  touch(`name:${type}`);
  const found = [];
  for (const file of index.filesDeclaring(type).filter((one) => scope.allowsNamed(one))) {
    touch(`file:${file.path}`);
    const facts = await index.facts(file);
    if (facts?.language !== 'php' || !facts.types.some((fact) => fact.name === type)) continue;
    const isSame = namespace === '' || facts.module === namespace || facts.module.endsWith(`\\${namespace}`);
    if (isSame) found.push({ file, facts, type });
  }
  return found;
}

function methodsOf(facts: FileFacts, type: string): number[] {
  return facts.functions.flatMap((fact, at) => (fact.container.at(-1) === type && fact.name !== '' ? [at] : []));
}
