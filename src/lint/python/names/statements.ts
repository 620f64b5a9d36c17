import type { CodeFunction } from '../../../syntax/code/code';
import type { Name } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { blocksOf, expressionsIn, statementsIn } from '../../code/walk';

/** The innermost statement around an offset. */
export function statementOf(fn: CodeFunction, at: number): Statement | undefined {
  let found: Statement | undefined;
  for (const statement of statementsIn(fn.body)) if (statement.start <= at && at < statement.end) found = statement;
  return found;
}

/** The block that a statement stands in: those before and after it. */
export function blockOf(fn: CodeFunction, statement: Statement): readonly Statement[] | undefined {
  const blocks = [fn.body, ...[...statementsIn(fn.body)].flatMap(blocksOf)];
  return blocks.find((block) => block.includes(statement));
}

/** The innermost function around a piece of code. */
export function functionAround(source: SourceCode, { start, end }: Piece): CodeFunction {
  const { functions } = source.code;
  return functions.findLast((fn) => fn.start <= start && end <= fn.end) ?? functions[0]!;
}

/** Where a variable is read or written, in its function and those inside it. */
export function usesOf(source: SourceCode, fn: CodeFunction, name: string): Name[] {
  return source
    .within(fn)
    .flatMap((inner) =>
      [...expressionsIn(inner.body)].filter((one): one is Name => one.kind === 'name' && one.name === name),
    );
}
