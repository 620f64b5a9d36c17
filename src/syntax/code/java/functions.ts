import type { Modifier, Parameter } from '../code';
import { MAX_DEPTH } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Statement } from '../statement';
import { annotationsOf } from './annotations';
import { pieceOf } from '../drafts';
import { addFunction, typeText, type FunctionPlacement, type LoweredFile } from '../loweredFile';

const BLOCKS = new Set(['block', 'constructor_body']);

/** Reads a function; those inside it come after it. */
export function lowerFunction(file: LoweredFile, node: PlainNode, placement: FunctionPlacement, depth: number): number {
  return addFunction(file, node, placement, fieldOf(node, 'type'), {
    parameters: () => parametersOf(file, fieldOf(node, 'parameters'), depth),
    body: () => bodyOf(file, node, depth),
  });
}

function bodyOf(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  const body = BLOCKS.has(node.type) ? node : (fieldOf(node, 'body') ?? kidOf(node, 'block'));
  if (body === undefined || depth > MAX_DEPTH) return [];
  if (BLOCKS.has(body.type)) return file.statements(body.kids, depth + 1);
  return [{ kind: 'return', values: [file.expression(body, depth + 1)], ...pieceOf(body) }];
}

/** The parameters of a list, or a lambda's single name. */
export function parametersOf(file: LoweredFile, list: PlainNode | undefined, depth: number): Parameter[] {
  if (list === undefined) return [];
  if (list.type === 'identifier') return [{ name: file.textOf(list), annotations: [], ...pieceOf(list) }];
  return list.kids.flatMap((kid) => (kid.type === 'receiver_parameter' ? [] : [parameterOf(file, kid, depth)]));
}

function parameterOf(file: LoweredFile, node: PlainNode, depth: number): Parameter {
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
export function modifiersOf(file: LoweredFile, node: PlainNode): Modifier[] {
  const list = kidOf(node, 'modifiers');
  if (list === undefined) return [];
  const plain = withoutKids(file, list);
  return plain.split(/\s+/).flatMap((word) => (Object.hasOwn(MODIFIERS, word) ? [MODIFIERS[word]!] : []));
}

/** The keywords between annotations. */
function withoutKids(file: LoweredFile, list: PlainNode): string {
  let text = '';
  let from = list.start;
  for (const kid of list.kids) {
    text += `${file.textOf({ start: from, end: kid.start })} `;
    from = kid.end;
  }
  return text + file.textOf({ start: from, end: list.end });
}
