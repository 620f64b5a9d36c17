import type { CodeType, Field } from '../code';
import { pieceOf, type TypeDraft } from '../drafts';
import { MAX_DEPTH } from '../expression';
import { typeText } from '../loweredFile';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { annotationsOf } from './annotations';
import { isType, type KotlinLowered } from './context';
import { typeOfNew } from './inferredTypes';
import { modifiersOf, parametersIn } from './functions';
import { valueOf } from './statements';

/** Reads a class, interface, enum or object with its members; those of its companion are its own. */
export function lowerType(
  file: KotlinLowered,
  node: PlainNode,
  depth: number,
  anonymous?: { readonly body: PlainNode; readonly bases: readonly string[] },
): number {
  const name = anonymous ? undefined : fieldOf(node, 'name');
  const draft: TypeDraft = {
    id: file.types.length,
    name: name ? file.textOf(name) : '',
    kind: kindOf(file, node, name),
    bases: anonymous?.bases ?? basesOf(file, node),
    annotations: anonymous ? [] : annotationsOf(file, node, depth),
    fields: [],
    function: file.current,
    nameAt: pieceOf(name ?? { start: node.start, end: node.start }),
    ...pieceOf(anonymous ? anonymous.body : node),
  };
  file.types.push(draft);
  if (depth > MAX_DEPTH) return draft.id;
  if (!anonymous) addConstructor(file, draft, node, depth + 1);
  const body = anonymous?.body ?? kidOf(node, 'class_body') ?? kidOf(node, 'enum_class_body');
  for (const member of body?.kids ?? []) lowerMember(file, draft, member, depth + 1);
  return draft.id;
}

function kindOf(file: KotlinLowered, node: PlainNode, name: PlainNode | undefined): CodeType['kind'] {
  if (node.type === 'object_declaration') return 'object';
  const modifiers = kidOf(node, 'modifiers');
  const words = file.textOf({ start: modifiers?.end ?? node.start, end: name?.start ?? node.start });
  if (words.includes('interface')) return 'interface';
  return kidOf(node, 'enum_class_body') ? 'enum' : 'class';
}

function basesOf(file: KotlinLowered, node: PlainNode): string[] {
  return (kidOf(node, 'delegation_specifiers')?.kids ?? []).flatMap(({ kids: [base] }) => {
    const type = base && (isType(base) ? base : base.kids.find(isType));
    return type ? [typeText(file, type)] : [];
  });
}

/** `class A(private val b: B)`: a constructor, whose properties are fields. */
function addConstructor(file: KotlinLowered, type: TypeDraft, node: PlainNode, depth: number): void {
  const primary = kidOf(node, 'primary_constructor');
  const list = primary && kidOf(primary, 'class_parameters');
  if (primary === undefined || list === undefined) return;
  const parameters = parametersIn(file, list, 'class_parameter', depth);
  const annotations = annotationsOf(file, primary, depth);
  file.function(
    primary,
    { name: type.name, type: type.id, modifiers: ['constructor'], annotations, parameters },
    depth,
  );
  const written = list.kids.filter((kid) => kid.type === 'class_parameter');
  parameters.forEach((parameter, i) => {
    const at = written[i]!;
    const before = file.textOf({ start: at.start, end: kidOf(at, 'identifier')?.start ?? at.start });
    if (!/\bva[lr]\s+$/.test(before)) return;
    const { name, type: written_, annotations: own, start, end } = parameter;
    const field: Field = { name, annotations: own, modifiers: ['private'], start, end };
    type.fields.push(written_ === undefined ? field : { ...field, type: written_ });
  });
}

function lowerMember(file: KotlinLowered, type: TypeDraft, member: PlainNode, depth: number): void {
  const name = fieldOf(member, 'name');
  const annotations = annotationsOf(file, member, depth);
  switch (member.type) {
    case 'function_declaration': {
      const isOpen = type.kind === 'interface' && kidOf(member, 'function_body') === undefined;
      const modifiers = [...modifiersOf(file, member), ...(isOpen ? (['abstract'] as const) : [])];
      const named = name ? { name: file.textOf(name).replaceAll('`', ''), nameAt: pieceOf(name) } : { name: '' };
      file.function(member, { ...named, type: type.id, modifiers, annotations }, depth);
      return;
    }
    case 'secondary_constructor':
      file.function(member, { name: type.name, type: type.id, modifiers: ['constructor'], annotations }, depth);
      return;
    case 'anonymous_initializer':
      file.function(member, { name: '', type: type.id, modifiers: [] }, depth);
      return;
    case 'property_declaration':
      addProperty(file, type, member, depth);
      return;
    case 'companion_object':
      for (const kid of kidOf(member, 'class_body')?.kids ?? []) lowerMember(file, type, kid, depth);
      return;
    case 'class_declaration':
    case 'object_declaration':
      file.type(member, depth);
      return;
    case 'enum_entry': {
      const at = kidOf(member, 'identifier') ?? member;
      type.fields.push({
        name: file.textOf(at),
        type: type.name,
        annotations,
        modifiers: ['static'],
        ...pieceOf(member),
      });
    }
  }
}

function addProperty(file: KotlinLowered, type: TypeDraft, member: PlainNode, depth: number): void {
  const declared = kidOf(member, 'variable_declaration');
  const name = declared && kidOf(declared, 'identifier');
  const written = declared?.kids.find(isType);
  const value = valueOf(file, member, depth);
  const said = written ? typeText(file, written).replace(/\?$/, '') : typeOfNew(file, value);
  type.fields.push({
    name: name ? file.textOf(name) : '',
    ...(said === undefined ? {} : { type: said }),
    ...(value ? { value } : {}),
    annotations: annotationsOf(file, member, depth),
    modifiers: modifiersOf(file, member),
    ...pieceOf(member),
  });
  const getter = kidOf(member, 'getter');
  if (getter && name)
    file.function(getter, { name: file.textOf(name), nameAt: pieceOf(name), type: type.id, modifiers: [] }, depth);
}
