import { lastPart, type CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import { argument, type PythonFile } from './file';
import { keyword, positional } from './values';

/** Strawberry's `@strawberry.field` in a type, Ariadne's `@query.field("orders")`. */
export function fieldDecorator(call: CallSite, file: PythonFile): void {
  if (!/^(field|mutation|subscription|source)$/.test(call.name)) return;
  const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(call.node.startIndex) };
  const name = file.outline.draft(handler.function)?.name;
  if (name === undefined) return;
  if (/^(strawberry|strawberry_django|gql)$/.test(lastPart(call.receiver))) {
    const type = file.outline.typeScopeAt(call.start)?.name;
    const field = file.values.string(argument(call, file, -1, 'name')) ?? camelCase(name);
    if (type !== undefined) file.facts.fields.push({ type, field, handler, range: call.range });
    return;
  }
  const made = file.made.get(call.receiver);
  const type = made === undefined ? undefined : bindableType(lastPart(made.by), () => file.values.string(made.args[0]));
  const field = file.values.string(positional(call.args)[0]);
  if (type !== undefined && field !== undefined) file.facts.fields.push({ type, field, handler, range: call.range });
}

/** What Ariadne's `QueryType()`, `ObjectType("Order")` bind resolvers to. */
function bindableType(maker: string, given: () => string | undefined): string | undefined {
  const root = /^(Query|Mutation|Subscription)Type$/.exec(maker)?.[1];
  return root ?? (maker === 'ObjectType' || maker === 'InterfaceType' ? given() : undefined);
}

/** Graphene's `resolve_orders` in a type, and its mutations' `mutate`; Strawberry's `field(resolver=f)`. */
export function graphqlTypes(file: PythonFile): void {
  if (!/strawberry|graphene/.test(file.source.text)) return;
  for (const type of file.outline.types()) {
    for (const index of file.outline.membersOf(type.name)) {
      const method = file.outline.draft(index);
      const field = /^resolve_(\w+)$/.exec(method?.name ?? '')?.[1];
      if (method === undefined || field === undefined) continue;
      const handler: HandlerFact = { kind: 'function', function: index };
      file.facts.fields.push({
        type: type.name,
        field: camelCase(field),
        handler,
        range: file.source.range(method.nameSpan),
      });
    }
  }
  for (const { node, parts } of file.captures.of('made')) {
    const list = parts.value?.type === 'call' ? child(parts.value, 'arguments') : undefined;
    const callee = parts.value?.type === 'call' ? child(parts.value, 'function') : undefined;
    if (list === undefined || callee === undefined || parts.name === undefined) continue;
    if (!/strawberry\.(field|mutation)$/.test(file.source.of(callee))) continue;
    const handler = file.values.handler(keyword(children(list), 'resolver', file.source));
    const type = file.outline.typeScopeAt(node.startIndex)?.name;
    if (handler === undefined || type === undefined) continue;
    const field = camelCase(file.source.of(parts.name));
    file.facts.fields.push({ type, field, handler, range: file.source.range(node) });
  }
}

/** Fields are named in camel case in the schema (both libraries' default). */
function camelCase(name: string): string {
  return name.replace(/(?<=[A-Za-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
