import type { CallSite } from '../../extract/callSite';
import { child, children } from '../../extract/sourceText';
import type { HandlerFact } from '../../facts';
import type { SyntaxNode } from '../../syntaxNode';
import type { CallIdiom, JavascriptFile } from '../file';
import { unwrapped } from '../values';

const ROOT = /^(Query|Mutation|Subscription)$/;
const ROOT_OBJECT = /^(Query|Mutation|Subscription)(?:s|Type|Resolvers?)?$/i;

/** Adds the fields of resolver maps: `{ Query: { user: … }, User: { posts: … } }` and `const Query = { user: … }`. */
export function readResolverMaps(file: JavascriptFile): void {
  const maps = new Map<number, SyntaxNode>();
  for (const { node } of file.captures.of('fields')) {
    if (node.parent?.type === 'object') maps.set(node.parent.id, node.parent);
  }
  for (const map of maps.values()) {
    for (const { key, value } of file.values.properties(map)) {
      if (/^[A-Z]\w*$/.test(key) && value.type === 'object') addFields(key, value, file);
    }
  }
  if (!/[gG]raphql|Resolver|gql/.test(file.source.text)) return;
  for (const { parts } of file.captures.of('object')) {
    if (parts.name === undefined || parts.value === undefined) continue;
    const type = ROOT_OBJECT.exec(file.source.of(parts.name))?.[1];
    if (type !== undefined) addFields(type.charAt(0).toUpperCase() + type.slice(1).toLowerCase(), parts.value, file);
  }
}

function addFields(type: string, object: SyntaxNode, file: JavascriptFile): void {
  for (const { key, value } of file.values.properties(object))
    addField(type, key, resolverOf(value, file), value, file);
}

function addField(
  type: string,
  field: string,
  handler: HandlerFact | undefined,
  at: SyntaxNode,
  file: JavascriptFile,
): void {
  if (handler === undefined || !/^\w+$/.test(field)) return;
  file.facts.fields.push({ type, field, handler, range: file.source.range(at) });
}

/** A function, or the `resolve` (of subscriptions: `subscribe`) of an object, be it in a call: `t.field({ resolve })`. */
function resolverOf(node: SyntaxNode, file: JavascriptFile): HandlerFact | undefined {
  const value = unwrapped(node);
  const options = value.type === 'call_expression' ? optionsOf(value) : value;
  if (options?.type !== 'object') return file.values.handler(value);
  return file.values.handler(file.values.property(options, 'resolve') ?? file.values.property(options, 'subscribe'));
}

function optionsOf(call: SyntaxNode): SyntaxNode | undefined {
  const list = child(call, 'arguments');
  return list === undefined ? undefined : children(list).findLast((argument) => argument.type === 'object');
}

/** `new GraphQLObjectType({ name: 'Query', fields: () => ({ user: { resolve } }) })`. */
export const objectType: CallIdiom = (call, file) => {
  const [options] = call.args;
  const type = file.values.string(file.values.property(options, 'name'));
  const fields = objectIn(file.values.property(options, 'fields'));
  if (type !== undefined && fields !== undefined) addFields(type, fields, file);
};

/** Pothos' `builder.queryType({ fields: (t) => ({ user: t.field({ resolve }) }) })` and its relatives. */
export const builderType: CallIdiom = (call, file) => {
  const fields = objectIn(file.values.property(call.args.at(-1), 'fields'));
  const named = call.args.length > 1 ? file.values.string(call.args[0]) : undefined;
  const type = ROOT.exec(rootOf(call.name))?.[0] ?? named ?? '';
  if (fields !== undefined) addFields(type, fields, file);
};

/** Pothos' `builder.queryField('user', (t) => t.field({ resolve }))`. */
export const builderField: CallIdiom = (call, file) => {
  const field = file.values.string(call.args[0]);
  const given = call.args[1];
  if (field === undefined || given === undefined) return;
  const made = given.type === 'arrow_function' ? child(given, 'body') : given;
  if (made?.type === 'call_expression') addField(rootOf(call.name), field, resolverOf(made, file), given, file);
};

function rootOf(name: string): string {
  const word = /^(query|mutation|subscription)/.exec(name)?.[1] ?? '';
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The object that a value is, or that a function gives back: `() => ({ … })`. */
function objectIn(node: SyntaxNode | undefined): SyntaxNode | undefined {
  const value = node === undefined ? undefined : unwrapped(node);
  if (value?.type !== 'arrow_function') return value?.type === 'object' ? value : undefined;
  const body = child(value, 'body');
  const inner = body === undefined ? undefined : unwrapped(body);
  return inner?.type === 'object' ? inner : undefined;
}

const FIELD_DECORATOR = /^(Query|Mutation|Subscription|ResolveField|ResolveProperty|FieldResolver|ResolveReference)$/;

/** A method of a resolver class of Nest or TypeGraphQL. @param parent the type its class resolves, '' if not said. */
export function readFieldDecorator(site: CallSite, index: number, parent: string, file: JavascriptFile): void {
  if (!FIELD_DECORATOR.test(site.name)) return;
  const options = site.args.find((argument) => argument.type === 'object');
  const given = file.values.string(site.args.find((argument) => argument.type === 'string'));
  const name = file.values.string(file.values.property(options, 'name')) ?? given ?? file.outline.draft(index)?.name;
  const type = ROOT.test(site.name) ? site.name : parent;
  if (name === undefined) return;
  const handler = { kind: 'function' as const, function: index };
  file.facts.fields.push({ type, field: name, handler, range: file.source.range(site.node) });
}

/** `@Resolver(() => User)`, `@Resolver(User)`, `@Resolver('User')`. */
export function resolvedType(site: CallSite, file: JavascriptFile): string {
  const [first] = site.args;
  if (first === undefined) return '';
  const given = first.type === 'arrow_function' ? child(first, 'body') : first;
  if (given?.type === 'identifier') return file.source.of(given);
  return file.values.string(first) ?? '';
}
