import type { HandlerFact } from '../facts';
import { keyword, positional, type CallIdiom } from './file';
import { rubyPath } from './outline';

const OBJECT = /(Object|Query|Mutation|Subscription|Resolver)(Type)?$/;

/**
 * graphql-ruby's `field :book, BookType, null: true` in an object type: the method of that name resolves it, or what
 * `resolver:`, `mutation:` or `resolver_method:` names.
 */
export const graphqlField: CallIdiom = (call, file) => {
  const type = call.receiver === '' ? file.outline.typeScopeAt(call.start) : undefined;
  if (type === undefined || !type.bases.some((base) => OBJECT.test(base))) return;
  const [first] = positional(call);
  const name = file.values.string(first);
  if (name === undefined) return;
  const given = (key: string): string | undefined => {
    const value = keyword(call, key, file.source);
    return value === undefined ? undefined : file.source.of(value);
  };
  const resolver = given('resolver') ?? given('mutation') ?? given('subscription');
  const method = (given('resolver_method') ?? given('method'))?.replace(/^:/, '') ?? name;
  const index = file.outline.membersOf(type.name).find((member) => file.outline.draft(member)?.name === method);
  // Without a method the field is read from the object behind it.
  if (resolver === undefined && index === undefined) return;
  const handler: HandlerFact =
    index === undefined || resolver !== undefined
      ? { kind: 'name', name: `${rubyPath(resolver ?? '')}.resolve` }
      : { kind: 'function', function: index };
  const isAsWritten = given('camelize') === 'false';
  const field = isAsWritten
    ? name
    : name.replace(/(?<=[A-Za-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  file.facts.fields.push({ type: type.name.replace(/Type$/, ''), field, handler, range: call.range });
};
