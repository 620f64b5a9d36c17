import type { CodeType, Field, Modifier, Parameter } from '../code';
import { nameLambda, pieceOf, type TypeDraft } from '../drafts';
import { MAX_DEPTH, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { attributesOf } from './attributes';
import { typeText, type LoweredFile } from '../loweredFile';
import { modifiersOf, throughDirectives } from './declarationWords';
import { withDeclaredType } from './creations';
import { parametersOf } from './functions';
import { nameIn } from './texts';

/** The declarations of types, delegates left out, which only name a shape. */
export const TYPE_DECLARATIONS = /^(class|record|record_struct|struct|interface|enum)_declaration$/;

const KINDS: Readonly<Record<string, CodeType['kind']>> = {
  interface_declaration: 'interface',
  enum_declaration: 'enum',
  struct_declaration: 'struct',
  record_struct_declaration: 'struct',
};

/** Reads a type with its members. */
export function lowerType(file: LoweredFile, node: PlainNode, depth: number): number {
  const name = fieldOf(node, 'name');
  const draft: TypeDraft = {
    id: file.types.length,
    name: name ? file.textOf(name) : '',
    kind: KINDS[node.type] ?? 'class',
    bases: basesOf(file, node),
    annotations: attributesOf(file, node, depth),
    fields: [],
    function: file.current,
    nameAt: pieceOf(name ?? { start: node.start, end: node.start }),
    ...pieceOf(node),
  };
  file.types.push(draft);
  if (depth > MAX_DEPTH) return draft.id;
  const primary = kidOf(node, 'parameter_list');
  if (primary) lowerPrimaryConstructor(file, draft, node, primary, depth);
  const body = fieldOf(node, 'body');
  for (const member of throughDirectives(body?.kids ?? [])) lowerMember(file, draft, member, depth + 1);
  return draft.id;
}

/** A base that is constructed here has its arguments beside it, or inside in records. */
function basesOf(file: LoweredFile, node: PlainNode): string[] {
  const listed = kidOf(node, 'base_list')?.kids.filter(({ type }) => type !== 'argument_list') ?? [];
  return listed.map((base) => {
    const type = base.type === 'primary_constructor_base_type' ? fieldOf(base, 'type') : undefined;
    return typeText(file, type ?? base);
  });
}

/** A type's parameters are those of a constructor, and in reach of all its members as fields are. */
function lowerPrimaryConstructor(
  file: LoweredFile,
  type: TypeDraft,
  node: PlainNode,
  list: PlainNode,
  depth: number,
): void {
  const parameters = parametersOf(file, list, depth);
  const head: PlainNode = { ...node, type: 'primary_constructor', kids: [], end: list.end };
  const modifiers: readonly Modifier[] = ['constructor', 'exported'];
  file.function(head, { name: type.name, nameAt: type.nameAt, type: type.id, modifiers, parameters }, depth);
  for (const parameter of parameters) type.fields.push(fieldOfParameter(parameter));
}

function fieldOfParameter({ name, type, annotations, start, end }: Parameter): Field {
  return { name, ...(type === undefined ? {} : { type }), annotations, modifiers: ['private'], start, end };
}

function lowerMember(file: LoweredFile, type: TypeDraft, member: PlainNode, depth: number): void {
  const add = (name: string, more: readonly Modifier[] = []): void => {
    const nameNode = fieldOf(member, 'name');
    const modifiers = [...modifiersOf(file, member), ...more];
    const annotations = attributesOf(file, member, depth);
    const nameAt = nameNode ? { nameAt: pieceOf(nameNode) } : {};
    file.function(member, { name, ...nameAt, type: type.id, modifiers, annotations }, depth);
  };
  switch (member.type) {
    case 'method_declaration':
      add(nameIn(file, member), isDeclaration(member) && type.kind === 'interface' ? ['abstract'] : []);
      return;
    case 'constructor_declaration':
      add(nameIn(file, member), ['constructor']);
      return;
    case 'destructor_declaration':
      add(`~${nameIn(file, member)}`);
      return;
    case 'operator_declaration':
    case 'conversion_operator_declaration':
      add('operator');
      return;
    case 'indexer_declaration':
    case 'property_declaration':
    case 'event_declaration':
      lowerProperty(file, type, member, depth);
      return;
    case 'field_declaration':
    case 'event_field_declaration':
      type.fields.push(...fieldsOf(file, member, depth));
      return;
    case 'enum_member_declaration':
      type.fields.push(enumField(file, member, depth));
      return;
    default:
      if (TYPE_DECLARATIONS.test(member.type)) file.type(member, depth);
  }
}

function isDeclaration(member: PlainNode): boolean {
  return fieldOf(member, 'body') === undefined;
}

/** A property is a field; what its accessors do are functions of its name. */
function lowerProperty(file: LoweredFile, type: TypeDraft, member: PlainNode, depth: number): void {
  const nameNode = fieldOf(member, 'name');
  const name = nameNode ? file.textOf(nameNode) : 'this';
  const written = fieldOf(member, 'type');
  const modifiers = modifiersOf(file, member);
  const value = fieldOf(member, 'value');
  const nameAt = nameNode ? { nameAt: pieceOf(nameNode) } : {};
  const placement = { name, ...nameAt, type: type.id, modifiers };
  const initial = value && value.type !== 'arrow_expression_clause' ? value : undefined;
  const read = initial && file.expression(initial, depth);
  type.fields.push({
    name,
    ...(written ? { type: typeText(file, written) } : {}),
    ...(read ? { value: withDeclaredType(file, read, written) } : {}),
    annotations: attributesOf(file, member, depth),
    modifiers,
    ...pieceOf(member),
  });
  const parameters = parametersOf(file, fieldOf(member, 'parameters'), depth);
  const arrow = value?.type === 'arrow_expression_clause' ? value : kidOf(member, 'arrow_expression_clause');
  if (arrow) {
    const getter: PlainNode = { ...member, kids: [...(written ? [written] : []), { ...arrow, field: 'body' }] };
    file.function(getter, { ...placement, parameters }, depth);
  }
  for (const accessor of fieldOf(member, 'accessors')?.kids ?? [])
    if (fieldOf(accessor, 'body')) file.function(accessor, { ...placement, parameters }, depth);
}

function fieldsOf(file: LoweredFile, member: PlainNode, depth: number): Field[] {
  const declaration = kidOf(member, 'variable_declaration');
  if (declaration === undefined) return [];
  const written = fieldOf(declaration, 'type');
  const annotations = attributesOf(file, member, depth);
  const modifiers = modifiersOf(file, member);
  const declarators = declaration.kids.filter(({ type }) => type === 'variable_declarator');
  return declarators.map((declarator, i): Field => {
    const name = nameIn(file, declarator);
    const node = declarator.kids.find((kid) => kid.field !== 'name' && kid.type !== 'bracketed_argument_list');
    const value = node && withDeclaredType(file, file.expression(node, depth), written);
    if (value) nameLambda(file.functions, value, { kind: 'name', name, ...pieceOf(declarator) });
    return {
      name,
      ...(written ? { type: typeText(file, written) } : {}),
      ...(value ? { value } : {}),
      annotations,
      modifiers,
      ...pieceOf(i === 0 ? member : declarator),
    };
  });
}

function enumField(file: LoweredFile, member: PlainNode, depth: number): Field {
  const value = fieldOf(member, 'value');
  const read: { value?: Expression } = value ? { value: file.expression(value, depth) } : {};
  return {
    name: nameIn(file, member),
    ...read,
    annotations: attributesOf(file, member, depth),
    modifiers: ['static', 'exported'],
    ...pieceOf(member),
  };
}
