import { MAX_DEPTH, type Argument, type Entry, type Expression } from '../expression';
import { other, pieceOf } from '../drafts';
import type { Lowered } from './context';
import { keyOf } from './keys';
import { fieldOf, type PlainNode } from '../plainTree';

/** What is assigned to, declared or destructured: names, members, and objects and lists of those. */
export function lowerPattern(file: Lowered, node: PlainNode, depth: number): Expression {
  if (depth > MAX_DEPTH) return other(node, []);
  const inner = depth + 1;
  switch (node.type) {
    case 'array_pattern': {
      const items = node.kids.map((kid): Argument => {
        const rest = kid.type === 'rest_pattern' ? kid.kids[0] : undefined;
        if (rest !== undefined) return { value: file.pattern(rest, inner), spread: true, ...pieceOf(kid) };
        return { value: file.pattern(kid, inner), ...pieceOf(kid) };
      });
      return { kind: 'list', items, ...pieceOf(node) };
    }
    case 'object_pattern': {
      const insideAt = { start: node.start + 1, end: Math.max(node.start + 1, node.end - 1) };
      return { kind: 'object', entries: node.kids.map((kid) => bound(file, kid, inner)), insideAt, ...pieceOf(node) };
    }
    case 'assignment_pattern':
    case 'object_assignment_pattern': {
      const left = fieldOf(node, 'left');
      const right = fieldOf(node, 'right');
      const target = left ? file.pattern(left, inner) : other(node, []);
      if (right === undefined) return target;
      return { kind: 'assignment', target, operator: '=', value: file.expression(right, inner), ...pieceOf(node) };
    }
    default:
      return file.expression(node, inner);
  }
}

function bound(file: Lowered, node: PlainNode, depth: number): Entry {
  const piece = pieceOf(node);
  switch (node.type) {
    case 'pair_pattern': {
      const value = fieldOf(node, 'value');
      const target = value ? file.pattern(value, depth) : other(node, []);
      return { ...keyOf(file, fieldOf(node, 'key'), depth), value: target, ...piece };
    }
    case 'rest_pattern': {
      const value = node.kids[0] ? file.pattern(node.kids[0], depth) : other(node, []);
      return { key: undefined, value, spread: true, ...piece };
    }
    case 'object_assignment_pattern': {
      const left = fieldOf(node, 'left');
      return { key: left ? file.textOf(left) : undefined, value: file.pattern(node, depth), ...piece };
    }
    default:
      return { key: file.textOf(node), value: file.pattern(node, depth), ...piece };
  }
}
