import type { Field, Modifier } from '../code';
import type { Piece } from '../piece';
import type { Expression } from '../expression';
import { pieceOf, type TypeDraft } from '../drafts';
import type { Lowered } from './context';
import { decoratorsOf, hasWord, plainKey, typeText } from './declarations';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';

/** Reads a class with its fields and methods; a field that is an arrow function is a method too. */
export function lowerClass(file: Lowered, node: PlainNode, annotations: readonly Expression[], depth: number): number {
  const id = file.types.length;
  const name = fieldOf(node, 'name');
  const nameAt = pieceOf(name ?? { start: node.start, end: node.start });
  const own = decoratorsOf(file, node.kids, depth);
  const draft: TypeDraft = {
    id,
    name: name ? file.textOf(name) : '',
    kind: 'class',
    bases: basesOf(file, node, depth),
    annotations: [...annotations, ...own],
    fields: [],
    function: file.current,
    nameAt,
    ...pieceOf(node),
  };
  file.types.push(draft);
  let decorators: PlainNode[] = [];
  for (const member of fieldOf(node, 'body')?.kids ?? []) {
    if (member.type === 'decorator') {
      decorators.push(member);
      continue;
    }
    lowerMember(file, draft, member, decoratorsOf(file, [...decorators, ...member.kids], depth), depth);
    decorators = [];
  }
  return id;
}

function basesOf(file: Lowered, node: PlainNode, depth: number): string[] {
  const heritage = kidOf(node, 'class_heritage');
  if (heritage === undefined) return [];
  const clauses = heritage.kids.filter((kid) => /_clause$/.test(kid.type));
  // JavaScript's grammar has no clauses there.
  const named = clauses.length === 0 ? heritage.kids : clauses.flatMap((clause) => clause.kids);
  for (const base of named) if (base.type === 'call_expression') file.expression(base, depth);
  return named.filter((kid) => kid.type !== 'type_arguments').map((kid) => file.textOf(kid));
}

function lowerMember(
  file: Lowered,
  type: TypeDraft,
  member: PlainNode,
  annotations: readonly Expression[],
  depth: number,
): void {
  const key = fieldOf(member, 'name') ?? fieldOf(member, 'property');
  const name = key ? plainKey(file, key) : '';
  const nameAt = pieceOf(key ?? member);
  const modifiers = memberModifiers(file, member, name);
  switch (member.type) {
    case 'method_definition':
      file.function(member, { name, nameAt, type: type.id, annotations, modifiers }, depth);
      if (name === 'constructor') type.fields.push(...parameterProperties(file, member));
      return;
    case 'class_static_block':
      file.function(member, { name, type: type.id, modifiers: ['static'] }, depth);
      return;
    case 'public_field_definition':
    case 'field_definition': {
      const written = fieldOf(member, 'type');
      const value = fieldOf(member, 'value');
      const typed = written ? { type: typeText(file, written) } : {};
      const given = value ? { value: fieldValue(file, type, value, name, nameAt, depth) } : {};
      type.fields.push({ name, ...typed, ...given, annotations, modifiers, ...pieceOf(member) });
      return;
    }
    default:
  }
}

function fieldValue(
  file: Lowered,
  type: TypeDraft,
  value: PlainNode,
  name: string,
  nameAt: Piece,
  depth: number,
): Expression {
  if (value.type !== 'arrow_function' && value.type !== 'function_expression') return file.expression(value, depth);
  const id = file.function(value, { name, nameAt, type: type.id }, depth);
  return { kind: 'function', function: id, ...pieceOf(value) };
}

function memberModifiers(file: Lowered, member: PlainNode, name: string): Modifier[] {
  const found: Modifier[] = [];
  if (name === 'constructor' && member.type === 'method_definition') found.push('constructor');
  const access = kidOf(member, 'accessibility_modifier');
  if ((access && file.textOf(access) === 'private') || name.startsWith('#')) found.push('private');
  if (member.type !== 'method_definition' && hasWord(file, member, 'static')) found.push('static');
  return found;
}

/** `constructor(private readonly http: HttpService)` declares the field `http`. */
function parameterProperties(file: Lowered, constructor: PlainNode): Field[] {
  return (fieldOf(constructor, 'parameters')?.kids ?? []).flatMap((kid): Field[] => {
    const pattern = fieldOf(kid, 'pattern');
    const type = fieldOf(kid, 'type');
    const isProperty = kidOf(kid, 'accessibility_modifier') !== undefined || /^\s*readonly\b/.test(file.textOf(kid));
    if (!isProperty || pattern?.type !== 'identifier') return [];
    const typed = type ? { type: typeText(file, type) } : {};
    return [{ name: file.textOf(pattern), ...typed, annotations: [], modifiers: ['private'], ...pieceOf(kid) }];
  });
}
