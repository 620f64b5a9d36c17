import type { SyntaxNode } from './syntaxNode';

/**
 * What a line put in at a place would be: a comment of the language (`code`), text of an element where only
 * `{/* … *\/}` is a comment (`jsx`), or part of a string (`text`), where no comment can be.
 */
export type CommentPlace = 'code' | 'jsx' | 'text';

/** Code within a string or an element. */
const CODE_INSIDE =
  /^(template_substitution|interpolation|jsx_expression|jsx_opening_element|jsx_self_closing_element)$/;

const ELEMENT = /^jsx_(element|fragment|text)$/;

/** Strings of any language, block comments among them: a mark of a comment is no comment there. */
const STRING = /string|text_block|^template_|heredoc/;

/** @param offset where the line would begin, in UTF-16 units: before the first word of the line that is there. */
export function commentPlaceIn(root: SyntaxNode, offset: number): CommentPlace {
  for (let node: SyntaxNode | null = root.descendantForIndex(offset); node !== null; node = node.parent) {
    // What begins at the place comes after the new line.
    if (node.startIndex >= offset || offset >= node.endIndex) continue;
    if (CODE_INSIDE.test(node.type)) return 'code';
    if (ELEMENT.test(node.type)) return 'jsx';
    if (STRING.test(node.type)) return 'text';
  }
  return 'code';
}
