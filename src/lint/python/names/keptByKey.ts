import { pushTo } from '../../../base/tables/pushTo';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, statementsIn } from '../../code/walk';

/** A value with the function it is written in. */
interface KeptValue {
  readonly function: CodeFunction;
  readonly value: Expression;
}

const known = new WeakMap<SourceCode, ReadonlyMap<string, readonly KeptValue[]>>();

/** What a file keeps in dictionaries under a key: `{"publisher": publisher}`, `services["publisher"] = publisher`. */
export function keptByKey(source: SourceCode, key: string): readonly KeptValue[] {
  let found = known.get(source);
  if (found === undefined) known.set(source, (found = read(source)));
  return found.get(key) ?? [];
}

function read(source: SourceCode): ReadonlyMap<string, readonly KeptValue[]> {
  const found = new Map<string, KeptValue[]>();
  for (const fn of source.code.functions) {
    for (const expression of expressionsIn(fn.body)) {
      if (expression.kind !== 'object') continue;
      for (const { key, value } of expression.entries)
        if (key !== undefined) pushTo(found, key, { function: fn, value });
    }
    for (const statement of statementsIn(fn.body)) {
      if (statement.kind !== 'assign') continue;
      const [target] = statement.targets;
      const key = target?.kind === 'index' ? target.indexes[0] : undefined;
      const [value] = statement.values;
      if (key?.kind === 'text' && key.value !== undefined && value !== undefined)
        pushTo(found, key.value, { function: fn, value });
    }
  }
  return found;
}
