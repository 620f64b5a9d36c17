import type { Expression } from '../expression';
import type { LoweredFile } from '../loweredFile';

/** The class of which a value is made where that is said with it: `T(…)`, also one that is configured on the spot. */
export function typeOfNew(file: LoweredFile, value: Expression | undefined): string | undefined {
  let at = value;
  // Only what configures stays a chain on a constructor call: the methods of builders give something else.
  while (at?.kind === 'call' && at.isNew !== true && at.callee.kind === 'member' && isSetter(at.callee.name))
    at = at.callee.object;
  if (at?.kind !== 'call' || at.isNew !== true || at.body !== undefined) return undefined;
  const types = at.typeArguments === undefined ? '' : `<${at.typeArguments.join(', ')}>`;
  return `${file.textOf(at.callee)}${types}`;
}

function isSetter(name: string): boolean {
  return /^(set[A-Z]\w*|initialize|afterPropertiesSet)$/.test(name);
}
