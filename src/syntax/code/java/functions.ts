import type { Modifier, Parameter } from '../code';
import { MAX_DEPTH } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Statement } from '../statement';
import { annotationsOf } from './annotations';
import { pieceOf, type FunctionDraft } from '../drafts';
import { typeText, type FunctionPlacement, type JavaLowered } from './context';

const BLOCKS = new Set(['block', 'constructor_body']);

/** Reads a function; those inside it come after it. */
export function lowerFunction(file: JavaLowered, node: PlainNode, placement: FunctionPlacement, depth: number): number {
  const id = file.functions.length;
  const { name, nameAt, type, modifiers, annotations = [] } = placement;
  const returns = fieldOf(node, 'type');
  const draft: FunctionDraft = {
    id,
    name,
    parent: file.current,
    ...(type === undefined ? {} : { type }),
    parameters: [],
    ...(returns ? { returns: typeText(file, returns) } : {}),
    annotations,
    modifiers,
    body: [],
    nameAt: nameAt ?? { start: node.start, end: node.start },
    ...pieceOf(node),
  };
  file.functions.push(draft);
  const before = file.current;
  file.current = id;
  draft.parameters = placement.parameters ?? parametersOf(file, fieldOf(node, 'parameters'), depth);
  draft.body = bodyOf(file, node, depth);
  file.current = before;
  return id;
}

function bodyOf(file: JavaLowered, node: PlainNode, depth: number): Statement[] {
  const body = BLOCKS.has(node.type) ? node : (fieldOf(node, 'body') ?? kidOf(node, 'block'));
  if (body === undefined || depth > MAX_DEPTH) return [];
  if (BLOCKS.has(body.type)) return file.statements(body.kids, depth + 1);
  return [{ kind: 'return', values: [file.expression(body, depth + 1)], ...pieceOf(body) }];
}

/** The parameters of a list, or a lambda's single name. */
export function parametersOf(file: JavaLowered, list: PlainNode | undefined, depth: number): Parameter[] {
  if (list === undefined) return [];
  if (list.type === 'identifier') return [{ name: file.textOf(list), annotations: [], ...pieceOf(list) }];
  return list.kids.flatMap((kid) => (kid.type === 'receiver_parameter' ? [] : [parameterOf(file, kid, depth)]));
}

function parameterOf(file: JavaLowered, node: PlainNode, depth: number): Parameter {
  if (node.type === 'identifier') return { name: file.textOf(node), annotations: [], ...pieceOf(node) };
  const isRest = node.type === 'spread_parameter';
  const declarator = kidOf(node, 'variable_declarator');
  const name = fieldOf(declarator ?? node, 'name');
  const type =
    fieldOf(node, 'type') ??
    (isRest ? node.kids.find((kid) => kid !== declarator && kid.type !== 'modifiers') : undefined);
  const written = type === undefined ? undefined : typeText(file, type);
  return {
    name: name ? file.textOf(name) : '',
    ...(written === undefined || written === 'var' ? {} : { type: written }),
    annotations: annotationsOf(file, node, depth),
    ...(isRest ? { rest: true as const } : {}),
    ...pieceOf(node),
  };
}

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  static: 'static',
  private: 'private',
  abstract: 'abstract',
  public: 'exported',
};

/** What a declaration's keywords say that other languages have, too. */
export function modifiersOf(file: JavaLowered, node: PlainNode): Modifier[] {
  const list = kidOf(node, 'modifiers');
  if (list === undefined) return [];
  const plain = withoutKids(file, list);
  return plain.split(/\s+/).flatMap((word) => (Object.hasOwn(MODIFIERS, word) ? [MODIFIERS[word]!] : []));
}

/** The keywords between annotations. */
function withoutKids(file: JavaLowered, list: PlainNode): string {
  let text = '';
  let from = list.start;
  for (const kid of list.kids) {
    text += `${file.textOf({ start: from, end: kid.start })} `;
    from = kid.end;
  }
  return text + file.textOf({ start: from, end: list.end });
}
