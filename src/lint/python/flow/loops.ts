import type { CodeFunction } from '../../../syntax/code/code';
import { expressionsOf, statementsIn } from '../../code/walk';
import { lastPart } from '../names/pythonCode';

/** A worker that loops until it is stopped serves everybody: its spans are roots on purpose. */
export function runsForever(fn: CodeFunction): boolean {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'loop' || statement.over !== undefined) continue;
    if (statement.condition === undefined) return true;
    const text = [...expressionsOf(statement.condition)].map(lastPart).join(' ');
    if (/stop|running|shutdown|alive|is_set|closed|exit/i.test(text)) return true;
  }
  return false;
}
