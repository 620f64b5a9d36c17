import type { Finding, Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, expressionsOf, headsOf, statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import type { Evidence } from '../../evidence';
import { asFindingEvidence, firstLine, whereIs } from '../evidenceAt';
import { useExtracted, withoutStatement } from '../fixes/localFixes';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';

/** Rule 33: `propagation.extract` whose context nothing uses, `propagation.inject` into what nothing sends. */
export function extractUnusedFindings(node: NodeCode): Finding[] {
  return node.program.sources
    .filter((source) => source.has(/\.\s*(extract|inject)\s*\(/) && !isAside(node.code.unit, source))
    .flatMap((source) => source.code.functions.flatMap((fn) => findingsIn(node, source, fn)));
}

function findingsIn(node: NodeCode, source: SourceCode, fn: CodeFunction): Finding[] {
  const found: Finding[] = [];
  for (const statement of statementsIn(fn.body)) {
    for (const head of headsOf(statement)) {
      for (const expression of expressionsOf(head)) {
        if (expression.kind !== 'call') continue;
        if (isPropagation(source, fn, expression, 'extract')) {
          const why = extractInVain(source, fn, statement, expression);
          const by = why === undefined ? undefined : continuedBy(node, source, expression);
          if (by) found.push(needless(source, statement, expression, by));
          else if (why)
            found.push(
              finding(source, expression, why, useExtracted(source, fn, statement, expression, nameOf(statement))),
            );
        } else if (isPropagation(source, fn, expression, 'inject')) {
          const why = injectsNothing(expression) ?? injectInVain(source, fn, expression);
          if (why) found.push(finding(source, expression, why));
        }
      }
    }
  }
  return found;
}

/** `ROOT_CONTEXT` is always empty. */
function injectsNothing({ args }: Call): string | undefined {
  const name = args[0] === undefined ? undefined : dotted(args[0].value)?.split('.').at(-1);
  return name === 'ROOT_CONTEXT'
    ? 'Nothing is injected here: `ROOT_CONTEXT` holds no span. Give `context.active()`.'
    : undefined;
}

function finding(source: SourceCode, call: Call, message: string, fixes: readonly Fix[] = []): Finding {
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, call), { severity: 'warning', message, fixes });
}

/** What continues the sender's trace before the handler runs: headers of a request, where the server is instrumented. */
function continuedBy(node: NodeCode, source: SourceCode, extract: Call): Evidence | undefined {
  const carrier = extract.args[1]?.value;
  const isRequest = carrier !== undefined && /\breq(uest)?\.headers$/.test(source.textOf(carrier));
  return isRequest ? node.coveredBy('http') : undefined;
}

function needless(source: SourceCode, statement: Statement, extract: Call, by: Evidence): Finding {
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, extract), {
    severity: 'warning',
    message: `This call is in vain: nothing uses what it returns, and the HTTP instrumentation (\`${whereIs(source, by)}\`) already continues the sender's trace.`,
    evidence: asFindingEvidence([by]),
    fixes: withoutStatement(source, statement),
  });
}

function nameOf(statement: Statement): string | undefined {
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
  return target?.kind === 'name' ? target.name : undefined;
}

function extractInVain(source: SourceCode, fn: CodeFunction, statement: Statement, call: Call): string | undefined {
  if (statement.kind === 'expression' && bare(statement.value) === call)
    return 'The context that is extracted here is thrown away: spans that follow begin a new trace.';
  if (statement.kind !== 'assign' || bare(statement.values[0]) !== call) return undefined;
  const [target] = statement.targets;
  if (target?.kind !== 'name' || !statement.declares || isExported(source, fn, target.name)) return undefined;
  if (isReadElsewhere(source, fn, target.name, statement)) return undefined;
  return `Nothing uses \`${target.name}\`: spans that follow begin a new trace instead of continuing the sender's.`;
}

function bare(value: Expression | undefined): Expression | undefined {
  if (value?.kind === 'cast') return bare(value.value);
  return value?.kind === 'unary' && (value.operator === 'void' || value.operator === 'await')
    ? bare(value.value)
    : value;
}

function isExported(source: SourceCode, fn: CodeFunction, name: string): boolean {
  return fn.id === 0 && Object.hasOwn(source.code.exports, name);
}

/** Whether a name is read in the function or those in it, other than by the statement that declares it. */
function isReadElsewhere(source: SourceCode, fn: CodeFunction, name: string, declaration: Statement): boolean {
  // What the lowering leaves out (JSX names, shorthands) still stands in the text.
  const text = source.textOf(fn);
  const before = text.slice(0, Math.max(0, declaration.start - fn.start));
  const after = text.slice(Math.max(0, declaration.end - fn.start));
  const word = new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`);
  return word.test(uncommented(after)) || word.test(uncommented(before));
}

function uncommented(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g, ' ');
}

function injectInVain(source: SourceCode, fn: CodeFunction, call: Call): string | undefined {
  const carrier = call.args[1]?.value;
  if (carrier === undefined) return undefined;
  if (carrier.kind === 'object')
    return 'The carrier that is injected into is thrown away: the trace context is sent to nobody.';
  if (carrier.kind !== 'name') return undefined;
  const declaration = emptyCarrier(fn, carrier.name);
  if (declaration === undefined) return undefined;
  let uses = 0;
  for (const inner of source.within(fn)) {
    for (const expression of expressionsIn(inner.body)) {
      const isUse = expression.kind === 'name' && expression.name === carrier.name && expression !== carrier;
      if (isUse && !(declaration.start <= expression.start && expression.end <= declaration.end)) uses++;
    }
  }
  if (uses > 0 || isExported(source, fn, carrier.name) || returnsByText(source, fn, carrier.name, call, declaration))
    return undefined;
  return `Nothing sends \`${carrier.name}\`: the trace context that is injected into it is lost.`;
}

/** The lowering may not see every use: the text has the last word. */
function returnsByText(
  source: SourceCode,
  fn: CodeFunction,
  name: string,
  call: Call,
  declaration: Statement,
): boolean {
  const text = source.textOf(fn);
  const cut = (from: number, to: number): string =>
    uncommented(text.slice(Math.max(0, from - fn.start), to - fn.start));
  const written = name.replace(/\$/g, '\\$');
  const word = new RegExp(`(?<![\\w$.])${written}(?![\\w$])`);
  // A key of that name is no use of it: `{ headers: { accept } }`.
  const key = new RegExp(`([{,]\\s*)${written}\\s*:`, 'g');
  return [cut(declaration.end, call.start), cut(call.end, fn.end)].some((one) => word.test(one.replace(key, '$1:')));
}

/** The declaration of a local carrier that begins empty; one given from outside may be sent by the caller. */
function emptyCarrier(fn: CodeFunction, name: string): Statement | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign' || !statement.declares) continue;
    const [target] = statement.targets;
    if (target?.kind !== 'name' || target.name !== name) continue;
    const value = bare(statement.values[0]);
    return value?.kind === 'object' ? statement : undefined;
  }
  return undefined;
}
