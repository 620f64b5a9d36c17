import { lastPart } from '../../extract/callSite';
import { child, children } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import type { JavascriptFile } from '../file';
import { unwrapped } from '../values';

/** What names of tRPC's routers begin with in facts, to tell them from services of other RPC systems. */
const SYSTEM = 'trpc.';

const MAKES_ROUTER = /^(create\w*Router|router|trpcRouter|mergeRouters)$/;
const PROCEDURE = /^(query|mutation|subscription)$/;

/** Adds tRPC's procedures: `const userRouter = router({ byId: procedure.input(…).query(handler) })`. */
export function readProcedures(file: JavascriptFile): void {
  if (!/\.(?:query|mutation|subscription)\(/.test(file.source.text) || !/[rR]outer\(/.test(file.source.text)) return;
  const routers: { readonly name: string; readonly object: SyntaxNode }[] = [];
  for (const { parts } of file.captures.of('object')) {
    const call = parts.value?.parent?.parent;
    if (parts.name === undefined || parts.value === undefined || call?.type !== 'call_expression') continue;
    if (makesRouter(call, file)) routers.push({ name: routerName(file.source.of(parts.name)), object: parts.value });
  }
  for (let next = routers.pop(); next !== undefined; next = routers.pop()) {
    for (const { key, value } of file.values.properties(next.object)) {
      const call = unwrapped(value);
      if (call.type !== 'call_expression') continue;
      const args = argumentsOf(call);
      const inner = args.find((argument) => argument.type === 'object');
      if (makesRouter(call, file) && inner !== undefined) routers.push({ name: key, object: inner });
      else if (PROCEDURE.test(lastPart(calleeOf(call, file)))) addProcedure(next.name, key, args[0], value, file);
    }
  }
}

function addProcedure(
  router: string,
  name: string,
  given: SyntaxNode | undefined,
  at: SyntaxNode,
  file: JavascriptFile,
): void {
  const handler = file.values.handler(given);
  if (handler === undefined) return;
  const range = file.source.range(at);
  file.facts.rpcs.push({ service: `${SYSTEM}${router}`, method: name, handler, range, side: 'server' });
}

function makesRouter(call: SyntaxNode, file: JavascriptFile): boolean {
  return MAKES_ROUTER.test(lastPart(calleeOf(call, file)));
}

function calleeOf(call: SyntaxNode, file: JavascriptFile): string {
  const callee = child(call, 'function');
  const property = callee === undefined ? undefined : (child(callee, 'property') ?? callee);
  return property === undefined ? '' : file.source.of(property);
}

function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = child(call, 'arguments');
  return list === undefined ? [] : children(list).map(unwrapped);
}

/** `userRouter` is mostly mounted as `user`. */
function routerName(variable: string): string {
  return variable.replace(/(?<=.)_?[rR]outer$/, '');
}
