import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import { bindingOf } from './bindings';
import type { SourceCode } from './sourceCode';

/** `a.b.c` of names and members; undefined for anything with a call or an index in it. */
export function dotted(expression: Expression): string | undefined {
  const parts: string[] = [];
  let at = expression;
  while (at.kind === 'member') {
    parts.push(at.name);
    at = at.object;
  }
  return at.kind === 'name' ? [at.name, ...parts.reverse()].join('.') : undefined;
}

/** The `c` of `c` and of `a.b.c`, whatever stands before; '' where an expression ends in no name. */
export function lastPart(expression: Expression): string {
  return expression.kind === 'name' || expression.kind === 'member' ? expression.name : '';
}

/** What `a.b.c` begins with. */
export function rootOf(expression: Expression): Expression {
  let at = expression;
  while (at.kind === 'member') at = at.object;
  return at;
}

/**
 * What an expression names, with imports followed: `net/http.Get`, `@opentelemetry/api.propagation.inject`,
 * `opentelemetry.trace.get_tracer`, `java.net.http.HttpClient.newHttpClient`. A default import is the module itself, as
 * `require` gives it: `axios.get`. Names that no import gives stay as they are written; undefined where a variable of the
 * function hides the import, or the expression is no dotted name.
 */
export function qualified(source: SourceCode, fn: CodeFunction, expression: Expression): string | undefined {
  const written = dotted(expression);
  if (written === undefined) return undefined;
  const [root, ...rest] = written.split('.') as [string, ...string[]];
  const binding = bindingOf(source, fn, root);
  if (binding === undefined) return written;
  if (binding.kind !== 'import') return undefined;
  const { from, exported } = binding;
  const inside = exported === '*' || exported === 'default' ? rest : [exported, ...rest];
  return [from, ...inside].join('.');
}
