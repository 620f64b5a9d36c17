import type { CodeType, Field, Modifier, Parameter } from '../code';
import { MAX_DEPTH, type Call, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { annotationsOf } from './annotations';
import { pieceOf, type TypeDraft } from '../drafts';
import { typeText } from '../loweredFile';
import type { JavaLowered } from './context';
import { modifiersOf, parametersOf } from './functions';

const KINDS: Readonly<Record<string, CodeType['kind']>> = {
  interface_declaration: 'interface',
  annotation_type_declaration: 'interface',
  enum_declaration: 'enum',
  record_declaration: 'struct',
};

/** Reads a class, record, interface or enum with its members. */
export function lowerType(
  file: JavaLowered,
  node: PlainNode,
  depth: number,
  anonymous?: { readonly body: PlainNode; readonly base: string },
): number {
  const name = anonymous ? undefined : fieldOf(node, 'name');
  const draft: TypeDraft = {
    id: file.types.length,
    name: name ? file.textOf(name) : '',
    kind: KINDS[node.type] ?? 'class',
    bases: anonymous ? [anonymous.base] : basesOf(file, node),
    annotations: anonymous ? [] : annotationsOf(file, node, depth),
    fields: [],
    function: file.current,
    nameAt: pieceOf(name ?? { start: node.start, end: node.start }),
    ...pieceOf(anonymous ? anonymous.body : node),
  };
  file.types.push(draft);
  if (depth > MAX_DEPTH) return draft.id;
  const components =
    node.type === 'record_declaration' ? parametersOf(file, fieldOf(node, 'parameters'), depth) : undefined;
  for (const component of components ?? []) draft.fields.push(componentField(component));
  const members = (anonymous?.body ?? fieldOf(node, 'body'))?.kids ?? [];
  for (const member of members) lowerMember(file, draft, member, components, depth + 1);
  return draft.id;
}

function basesOf(file: JavaLowered, node: PlainNode): string[] {
  const found: string[] = [];
  for (const kid of node.kids) {
    if (kid.type === 'superclass') found.push(typeText(file, kid).replace(/^extends\s+/, ''));
    else if (kid.type === 'super_interfaces' || kid.type === 'extends_interfaces')
      found.push(...(kidOf(kid, 'type_list')?.kids ?? []).map((base) => typeText(file, base)));
  }
  return found;
}

function componentField({ name, type, annotations, start, end }: Parameter): Field {
  return { name, ...(type === undefined ? {} : { type }), annotations, modifiers: ['private'], start, end };
}

function lowerMember(
  file: JavaLowered,
  type: TypeDraft,
  member: PlainNode,
  components: readonly Parameter[] | undefined,
  depth: number,
): void {
  const nameNode = fieldOf(member, 'name');
  const named = nameNode ? { name: file.textOf(nameNode), nameAt: pieceOf(nameNode) } : { name: '' };
  const add = (more: readonly Modifier[], parameters?: readonly Parameter[]): void => {
    const modifiers = [...modifiersOf(file, member), ...more];
    const annotations = annotationsOf(file, member, depth);
    const placement = { ...named, type: type.id, modifiers, annotations };
    file.function(member, parameters === undefined ? placement : { ...placement, parameters }, depth);
  };
  switch (member.type) {
    case 'method_declaration':
      add(type.kind === 'interface' && fieldOf(member, 'body') === undefined ? ['abstract'] : []);
      return;
    case 'constructor_declaration':
      add(['constructor']);
      return;
    case 'compact_constructor_declaration':
      add(['constructor'], components ?? []);
      return;
    case 'static_initializer':
      add(['static']);
      return;
    case 'block':
      add([]);
      return;
    case 'field_declaration':
    case 'constant_declaration':
      type.fields.push(...fieldsOf(file, type, member, depth));
      return;
    case 'enum_constant':
      type.fields.push(constantOf(file, type, member, depth));
      return;
    case 'enum_body_declarations':
      for (const kid of member.kids) lowerMember(file, type, kid, components, depth);
      return;
    default:
      if (/^(class|record|interface|enum|annotation_type)_declaration$/.test(member.type)) file.type(member, depth);
  }
}

function fieldsOf(file: JavaLowered, type: TypeDraft, member: PlainNode, depth: number): Field[] {
  const written = fieldOf(member, 'type');
  const annotations = annotationsOf(file, member, depth);
  const modifiers: Modifier[] = modifiersOf(file, member);
  if (type.kind === 'interface') modifiers.push('static');
  const declarators = member.kids.filter((kid) => kid.type === 'variable_declarator');
  return declarators.map((declarator, i): Field => {
    const name = fieldOf(declarator, 'name');
    const value = fieldOf(declarator, 'value');
    return {
      name: name ? file.textOf(name) : '',
      ...(written ? { type: typeText(file, written) } : {}),
      ...(value ? { value: fieldValue(file, type, value, name, depth) } : {}),
      annotations,
      modifiers,
      ...pieceOf(i === 0 ? member : declarator),
    };
  });
}

/** A field that is a lambda is a method too. */
function fieldValue(
  file: JavaLowered,
  type: TypeDraft,
  value: PlainNode,
  name: PlainNode | undefined,
  depth: number,
): Expression {
  if (value.type !== 'lambda_expression' || name === undefined) return file.expression(value, depth);
  const placement = { name: file.textOf(name), nameAt: pieceOf(name), type: type.id, modifiers: ['lambda'] as const };
  return { kind: 'function', function: file.function(value, placement, depth), ...pieceOf(value) };
}

/** `A(1) { … }` of an enum is a field that holds `new E(1) { … }`. */
function constantOf(file: JavaLowered, type: TypeDraft, member: PlainNode, depth: number): Field {
  const name = fieldOf(member, 'name') ?? member;
  const list = fieldOf(member, 'arguments');
  const body = fieldOf(member, 'body');
  const value: Call = {
    kind: 'call',
    callee: { kind: 'name', name: type.name, ...pieceOf(name) },
    args: (list?.kids ?? []).map((kid) => ({ value: file.expression(kid, depth), ...pieceOf(kid) })),
    argsAt: list ? { start: list.start + 1, end: list.end - 1 } : { start: name.end, end: name.end },
    isNew: true,
    ...(body ? { body: file.type(member, depth, { body, base: type.name }) } : {}),
    ...pieceOf(member),
  };
  return {
    name: file.textOf(name),
    type: type.name,
    value,
    annotations: annotationsOf(file, member, depth),
    modifiers: ['static', 'exported'],
    ...pieceOf(member),
  };
}
