import { unescapeText } from '../../extract/textBuilder';
import type { Expression, Text } from '../expression';
import type { FileBuilder } from './fileBuilder';
import { fieldOf, type PlainNode } from '../plainTree';

/** Reads `"a"`, `f"a{b}"`, `rb"a"` and several of them side by side, which are one text. */
export function textOf(node: PlainNode, file: FileBuilder, expression: (node: PlainNode) => Expression): Text {
  const strings = node.type === 'concatenated_string' ? node.kids.filter((part) => part.type === 'string') : [node];
  const pieces = [''];
  const holes: Expression[] = [];
  let bytes = false;
  const add = (text: string): void => {
    pieces[pieces.length - 1] += text;
  };
  for (const string of strings) {
    const prefix = /^[a-z]*/i.exec(file.text.slice(string.start, string.start + 3))![0].toLowerCase();
    bytes ||= prefix.includes('b');
    for (const part of string.kids) {
      if (part.type === 'string_content') add(contentOf(file.of(part), prefix));
      else if (part.type === 'interpolation') {
        const value = fieldOf(part, 'expression');
        if (value === undefined) continue;
        holes.push(expression(value));
        pieces.push('');
      }
    }
  }
  const value = holes.length === 0 ? pieces[0] : undefined;
  return { kind: 'text', value, pieces, holes, start: node.start, end: node.end, ...(bytes ? { bytes } : {}) };
}

function contentOf(written: string, prefix: string): string {
  const text = prefix.includes('f') ? written.replace(/\{\{|\}\}/g, (pair) => pair[0]!) : written;
  if (prefix.includes('r') || !text.includes('\\')) return text;
  return unescapeText(text.replace(/\\\n/g, ''));
}
