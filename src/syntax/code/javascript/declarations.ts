import type { Field } from '../code';
import type { Expression } from '../expression';
import type { Statement } from '../statement';
import { other, pieceOf } from '../drafts';
import { inFunction, type FunctionPlacement, type Lowered } from './context';
import { fieldOf, type PlainNode } from '../plainTree';

/** Reads `const`, `function`, `class`, `enum`, `interface`, `namespace`; anything else keeps its expressions. */
export function declarationsOf(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  switch (node.type) {
    case 'lexical_declaration':
    case 'variable_declaration':
      return node.kids.filter((kid) => kid.type === 'variable_declarator').flatMap((kid) => variable(file, kid, depth));
    case 'function_declaration':
    case 'generator_function_declaration':
      return [{ kind: 'function', function: declaredFunction(file, node, depth), ...pieceOf(node) }];
    case 'class_declaration':
    case 'abstract_class_declaration':
      file.class(node, [], depth);
      return [];
    case 'enum_declaration':
      enumeration(file, node, depth);
      return [];
    case 'interface_declaration':
    case 'type_alias_declaration':
      shape(file, node);
      return [];
    case 'internal_module':
    case 'module': {
      const body = file.statements(fieldOf(node, 'body')?.kids ?? [], depth);
      return [{ kind: 'block', body, ...pieceOf(node) }];
    }
    case 'ambient_declaration':
    case 'function_signature':
    case 'import_alias':
    case 'empty_statement':
    case 'hash_bang_line':
    case 'break_statement':
    case 'continue_statement':
    case 'debugger_statement':
      return [];
    case 'with_statement': {
      const object = fieldOf(node, 'object');
      const body = file.statements(fieldOf(node, 'body')?.kids ?? [], depth);
      return [
        { kind: 'otherStatement', parts: object ? [file.expression(object, depth)] : [], body, ...pieceOf(node) },
      ];
    }
    default:
      return unknownStatement(file, node, depth);
  }
}

/** What the parser could not read may still hold statements. */
function unknownStatement(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  const isStatement = (kid: PlainNode): boolean => /(_statement|_declaration)$/.test(kid.type);
  const parts = node.kids.filter((kid) => !isStatement(kid)).map((kid) => file.expression(kid, depth));
  const body = file.statements(node.kids.filter(isStatement), depth);
  return [{ kind: 'otherStatement', parts, body, ...pieceOf(node) }];
}

/** Reads a declared function; `placement` says what its statement adds. */
export function declaredFunction(
  file: Lowered,
  node: PlainNode,
  depth: number,
  placement: Partial<FunctionPlacement> = {},
): number {
  const name = fieldOf(node, 'name');
  const named = name ? { name: file.textOf(name), nameAt: pieceOf(name) } : { name: 'default' };
  return file.function(node, { ...named, ...placement }, depth);
}

function variable(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  const name = fieldOf(node, 'name');
  const value = fieldOf(node, 'value');
  if (name === undefined) return [];
  if (value !== undefined && required(file, name, value)) return [];
  const type = fieldOf(node, 'type');
  const assign = (target: Expression, values: readonly Expression[]): Statement => ({
    kind: 'assign',
    targets: [target],
    values,
    operator: '=',
    declares: true,
    ...(type ? { type: typeText(file, type) } : {}),
    ...pieceOf(node),
  });
  const target = file.pattern(name, depth);
  if (value === undefined) return [assign(target, [])];
  if (target.kind === 'name' && FUNCTIONS.has(value.type) && fieldOf(value, 'name') === undefined) {
    const id = file.function(value, { name: target.name, nameAt: pieceOf(name) }, depth);
    return [assign(target, [{ kind: 'function', function: id, ...pieceOf(value) }])];
  }
  return [assign(target, [file.expression(value, depth)])];
}

const FUNCTIONS = new Set(['arrow_function', 'function_expression', 'generator_function']);

/** A written type without its colon. */
export function typeText(file: Lowered, annotation: PlainNode): string {
  return file.textOf(annotation).replace(/^\s*:\s*/, '');
}

/** `const x = require('m')`, `const {a: b} = require('m')`, `const a = require('m').a`, `= await import('m')`. */
function required(file: Lowered, name: PlainNode, value: PlainNode): boolean {
  const inner = value.type === 'await_expression' || value.type === 'parenthesized_expression' ? value.kids[0] : value;
  const member = inner?.type === 'member_expression' ? fieldOf(inner, 'property') : undefined;
  const call = member && inner ? fieldOf(inner, 'object') : inner;
  const from = call && loadedModule(file, call);
  if (from === undefined) return false;
  const names: Record<string, string> = {};
  if (name.type === 'identifier') names[file.textOf(name)] = member ? file.textOf(member) : '*';
  else if (name.type === 'object_pattern' && member === undefined) {
    for (const kid of name.kids) {
      const [key, local] = kid.type === 'pair_pattern' ? [fieldOf(kid, 'key'), fieldOf(kid, 'value')] : [kid, kid];
      if (key !== undefined && local !== undefined) names[file.textOf(local)] = file.textOf(key);
    }
  } else return false;
  file.imports.push({ from, names, ...inFunction(file), start: name.start, end: value.end });
  return true;
}

function loadedModule(file: Lowered, call: PlainNode): string | undefined {
  if (call.type === 'await_expression' && call.kids[0]) return loadedModule(file, call.kids[0]);
  if (call.type === 'parenthesized_expression' && call.kids[0]) return loadedModule(file, call.kids[0]);
  const callee = call.type === 'call_expression' ? fieldOf(call, 'function') : undefined;
  const text = callee && file.textOf(callee);
  const [first] = fieldOf(call, 'arguments')?.kids ?? [];
  const isLoader = text === 'require' || text === 'import';
  return isLoader && first?.type === 'string' ? file.textOf(first).slice(1, -1) : undefined;
}

function enumeration(file: Lowered, node: PlainNode, depth: number): void {
  const name = fieldOf(node, 'name') ?? node;
  const fields = (fieldOf(node, 'body')?.kids ?? []).map((kid): Field => {
    const key = kid.type === 'enum_assignment' ? fieldOf(kid, 'name') : kid;
    const value = kid.type === 'enum_assignment' ? fieldOf(kid, 'value') : undefined;
    const given = value ? { value: file.expression(value, depth) } : {};
    return { name: plainKey(file, key ?? kid), ...given, annotations: [], modifiers: [], ...pieceOf(kid) };
  });
  addType(file, 'enum', name, node, [], fields);
}

/** An interface, or a type that is an object: what its properties are declared as. */
function shape(file: Lowered, node: PlainNode): void {
  const name = fieldOf(node, 'name') ?? node;
  const body = fieldOf(node, 'body') ?? fieldOf(node, 'value');
  const bases = node.kids.filter((kid) => kid.type === 'extends_type_clause').flatMap((kid) => kid.kids);
  const properties = body?.type === 'interface_body' || body?.type === 'object_type' ? body.kids : [];
  const fields = properties.flatMap((kid): Field[] => {
    const key = fieldOf(kid, 'name');
    const type = fieldOf(kid, 'type');
    if (kid.type !== 'property_signature' || key === undefined) return [];
    const typed = type ? { type: typeText(file, type) } : {};
    return [{ name: plainKey(file, key), ...typed, annotations: [], modifiers: [], ...pieceOf(kid) }];
  });
  addType(
    file,
    'interface',
    name,
    node,
    bases.map((base) => file.textOf(base)),
    fields,
  );
}

function addType(
  file: Lowered,
  kind: 'enum' | 'interface',
  name: PlainNode,
  node: PlainNode,
  bases: readonly string[],
  fields: Field[],
): void {
  const id = file.types.length;
  const nameAt = pieceOf(name);
  const around = { function: file.current, annotations: [] };
  file.types.push({ id, name: file.textOf(name), kind, bases, fields, nameAt, ...around, ...pieceOf(node) });
}

/** The name of a member, without quotes. */
export function plainKey(file: Lowered, key: PlainNode): string {
  const text = file.textOf(key);
  return key.type === 'string' ? text.slice(1, -1) : text;
}

/** `@Injectable()` among the children of a class, a member or a parameter. */
export function decoratorsOf(file: Lowered, nodes: readonly PlainNode[], depth: number): Expression[] {
  return nodes
    .filter((kid) => kid.type === 'decorator')
    .map((kid) => (kid.kids[0] ? file.expression(kid.kids[0], depth) : other(kid, [])));
}

/** Whether a word stands before the name or the parameters: `async`, `static`. */
export function hasWord(file: Lowered, node: PlainNode, word: string): boolean {
  const until =
    fieldOf(node, 'name') ?? fieldOf(node, 'property') ?? fieldOf(node, 'parameters') ?? fieldOf(node, 'parameter');
  const decorators = node.kids.filter((kid) => kid.type === 'decorator');
  const start = decorators.at(-1)?.end ?? node.start;
  const head = file.textOf({ start, end: until?.start ?? start });
  return new RegExp(`(^|\\s)${word}(\\s|$|\\*)`).test(head);
}
