import type { CodeFunction } from '../../syntax/code/code';
import type { Piece } from '../../syntax/code/piece';
import type { Statement } from '../../syntax/code/statement';
import type { SourceCode } from '../code/sourceCode';
import { bodiesOf, statementsIn } from '../code/walk';

/** A call with the function it stands in. */
interface Standing {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Piece;
}

/** Whether only one of two calls can run: they stand in different branches, or after a branch that returns. */
export function areAlternatives(a: Standing, b: Standing): boolean {
  if (a.source !== b.source) return false;
  const common = [a.function, ...a.source.around(a.function)].find((fn) =>
    [b.function, ...b.source.around(b.function)].includes(fn),
  );
  if (common === undefined) return false;
  for (const statement of statementsIn(common.body)) {
    if (statement.kind !== 'if') continue;
    const inBody = [a, b].filter(({ call }) => covers(statement.body, call));
    if (inBody.length !== 1) continue;
    const other = inBody[0] === a ? b : a;
    if (covers(statement.otherwise, other.call)) return true;
    if (leaves(statement.body) && other.call.start >= statement.end) return true;
  }
  return false;
}

function covers(body: readonly Statement[], piece: Piece): boolean {
  return body.some((statement) => statement.start <= piece.start && piece.end <= statement.end);
}

function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  return last.kind === 'return' || last.kind === 'throw' || (last.kind === 'block' && leaves(bodiesOf(last)));
}
