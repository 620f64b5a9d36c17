import type { SyntaxNode } from '../syntaxNode';
import type { CallSite } from './callSite';
import type { ExpressionValues } from './expressionValues';
import type { SourceFile } from './sourceFile';

/**
 * Adds the call that runs a statement kept in a constant, of this file or another: `db.QueryContext(ctx, findOrder, id)`.
 * A text that turns out to be no statement is dropped when constants are looked up.
 */
export function readSqlUse(
  call: CallSite,
  file: SourceFile & { readonly values: ExpressionValues },
  args: readonly SyntaxNode[],
): void {
  const around = file.outline.functionAt(call.start);
  if (around < 0) return;
  for (const argument of args.slice(0, 3)) {
    if (!/^(identifier|selector_expression|member_access_expression)$/.test(argument.type)) continue;
    const text = file.values.text(argument);
    const isConstant = text?.kind === 'reference' || (text !== undefined && isShared(argument, file));
    if (isConstant) file.facts.queries.push({ text, function: around, range: file.source.range(argument) });
  }
}

/** Whether a name is declared outside functions: those inside are found where they are written out. */
function isShared(node: SyntaxNode, file: SourceFile): boolean {
  const name = file.source.of(node);
  const simple = name.slice(name.lastIndexOf('.') + 1);
  return file.constants.facts().some((constant) => constant.name === simple);
}
