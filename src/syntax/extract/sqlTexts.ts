import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { ExpressionValues } from './expressionValues';
import type { SourceFile } from './sourceFile';
import { beginsStatement, STATEMENT_START } from './sqlWords';

/** An expression over several lines is no deeper than this around its first literal. */
const MAX_LEVELS = 12;

/** Adds the statements that are written out in a file, each once: all of a concatenation, with holes for what it is given. */
export function readSqlTexts(file: SourceFile & { readonly values: ExpressionValues }, root: SyntaxNode): void {
  const { text } = file.source;
  let end = 0;
  for (const match of text.matchAll(STATEMENT_START)) {
    if (match.index < end) continue;
    const found = statementAt(root.descendantForIndex(match.index + match[0].length - 1), file.values);
    if (found === undefined || found.node.endIndex <= end) continue;
    end = found.node.endIndex;
    const at = useOfConstant(file, found.node) ?? found.node;
    const range = file.source.range(at);
    file.facts.queries.push({ text: found.text, function: file.outline.functionAt(at.startIndex), range });
  }
}

/** The largest expression around a node that is a statement. */
function statementAt(
  from: SyntaxNode | null,
  values: ExpressionValues,
): { readonly node: SyntaxNode; readonly text: TextFact } | undefined {
  let found: { readonly node: SyntaxNode; readonly text: TextFact } | undefined;
  let node = from;
  for (let level = 0; node !== null && level < MAX_LEVELS; level++, node = node.parent) {
    const text = values.text(node);
    if (text !== undefined && isStatement(text)) found = { node, text };
    else if (found !== undefined) break;
  }
  return found;
}

function isStatement(text: TextFact): boolean {
  if (text.kind === 'reference') return false;
  return beginsStatement(text.kind === 'literal' ? text.text : text.parts.join(' x '));
}

/** `const FIND_ORDER = `, `FIND_ORDER: &str = `, `findOrder := `, before a text outside functions. */
const DECLARED = /([A-Za-z_$][\w$]*)\s*(?::[^=\n]*)?(?::=|=)\s*(?:[@$rR]*|text\(|sql)?$/;

/**
 * Where the constant is used that a text outside functions is kept in, if that is in one function of the file; of a
 * variable inside a function the only use behind the text.
 */
function useOfConstant(file: SourceFile, node: SyntaxNode): { startIndex: number; endIndex: number } | undefined {
  const { source, outline } = file;
  const around = outline.functionAt(node.startIndex);
  const before = source.text.slice(Math.max(0, node.startIndex - 200), node.startIndex);
  const name = DECLARED.exec(before)?.[1];
  if (name === undefined) return undefined;
  const uses = [...source.text.matchAll(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))]
    .map(({ index }) => ({ startIndex: index, endIndex: index + name.length }))
    .filter(({ startIndex }) => outline.functionAt(startIndex) >= 0);
  if (around >= 0) {
    const own = uses.filter(
      ({ startIndex }) => startIndex >= node.endIndex && outline.functionAt(startIndex) === around,
    );
    return own.length === 1 ? own[0] : undefined;
  }
  const functions = new Set(uses.map(({ startIndex }) => outline.functionAt(startIndex)));
  return functions.size === 1 ? uses[0] : undefined;
}
