import type { Annotation } from '../extract/annotations';
import type { CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { ClassNames } from './classNames';
import { phpName, phpVariable } from './outline';
import type { PhpValues } from './values';

/** What a group gives the routes that are registered in it. */
export interface RouteGroup {
  readonly start: number;
  readonly end: number;
  readonly prefixes: readonly TextFact[];
  /** Namespace that controllers named by a text are in: `Api`. */
  readonly namespace: string;
  /** Laravel's `Route::controller(…)`: whose methods bare names mean. */
  readonly controller: string | undefined;
}

/** A PHP file while its facts are collected. */
export interface PhpFile extends SourceFile {
  readonly values: PhpValues;
  /** Attributes with what they stand on. */
  readonly annotations: readonly Annotation[];
  readonly classes: ClassNames;
  /** The groups of routes in the file, outer ones first; found when they are first asked for. */
  readonly routeGroups: () => readonly RouteGroup[];
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<PhpFile>;

/** The argument of a name (`name: 'x'`), or at a position among those without one. */
export function argument(call: CallSite, index: number, name: string, source: SourceText): SyntaxNode | undefined {
  const nameOf = (node: SyntaxNode): string | undefined => {
    const given = node.type === 'argument' ? child(node, 'name') : undefined;
    return given === undefined ? undefined : source.of(given);
  };
  const named = call.args.find((node) => nameOf(node) === name);
  const found = named ?? (index < 0 ? undefined : call.args.filter((node) => nameOf(node) === undefined)[index]);
  return found === undefined ? undefined : children(found).at(-1);
}

/** What a variable or a property of `$this` is made of, or of which type it is. @param written `$stub`, `$this->stub`. */
export function madeOf(written: string, file: PhpFile): Made | undefined {
  const path = phpVariable(written);
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name === '' ? undefined : (file.made.get(`$${name}`) ?? file.made.get(`$this->${name}`));
}

/** How PHP's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => phpName(written.replace(/^\?|\s+/g, '')),
    prefer: 'type',
  };
}

function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const list = children(node).find(({ type }) => type === 'arguments');
  const args = list === undefined ? [] : children(list);
  if (node.type === 'object_creation_expression') {
    const type = children(node)[0];
    return type === undefined ? undefined : { by: phpName(source.of(type)), args, how: 'new', receiverNode: undefined };
  }
  const name = child(node, 'name') ?? child(node, 'function');
  const receiverNode = child(node, 'object') ?? child(node, 'scope');
  if (name === undefined) return undefined;
  const owner = receiverNode === undefined ? '' : `${phpVariable(source.of(receiverNode))}.`;
  return { by: `${owner}${phpName(source.of(name))}`, args, how: 'call', receiverNode };
}
