import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const key = (name: string, attributes: Record<string, string>, scope = '@opentelemetry/instrumentation-graphql') =>
  operation('INTERNAL', name, attributes, { scope, language: 'nodejs' });

const FILES = {
  'package.json': '{ "name": "shop" }',
  'src/resolvers.ts': `import { listOrders } from './orders';

export const resolvers = {
  Query: {
    order: async (_, { id }) => {
      return id;
    },
    orders: listOrders,
    node: () => null,
  },
  Mutation: {
    addOrder(parent, args) {
      return args;
    },
  },
  Order: {
    total: (order) => order.total,
    node: () => null,
  },
};
`,
  'src/orders.ts': 'export async function listOrders(parent, args) {\n  return [];\n}\n',
  'src/users.resolver.ts': `@Resolver(() => User)
export class UsersResolver {
  @Query(() => User, { name: 'user' })
  async findUser(@Args('id') id: string) {
    return this.users.get(id);
  }

  @ResolveField('orders')
  loadOrders(@Parent() user: User) {
    return [];
  }
}
`,
};

describe('GraphQL', () => {
  it('leads from a resolved field to its resolver', () =>
    withMapped(FILES, key, async (ask) => {
      const field = (path: string, name: string) =>
        ask(`graphql.resolve ${path}`, { 'graphql.field.path': path, 'graphql.field.name': name });
      assert.equal(await field('order', 'order'), 'src/resolvers.ts:5 resolvers.order 0.85');
      assert.equal(await field('alias', 'orders'), 'src/orders.ts:1 listOrders 0.85');
      assert.equal(await field('order.total', 'total'), 'src/resolvers.ts:17 resolvers.total 0.75');
      assert.equal(await field('user', 'user'), 'src/users.resolver.ts:4 UsersResolver.findUser 0.85');
      assert.equal(await field('user.orders', 'orders'), 'src/users.resolver.ts:9 UsersResolver.loadOrders 0.75');
      assert.equal(await field('node', 'node'), 'src/resolvers.ts:9 resolvers.node 0.85');
      assert.equal(await field('order.id', 'id'), 'unmapped library-call');
    }));

  it('leads from an operation with one root field to the resolver of that field', () =>
    withMapped(FILES, key, async (ask) => {
      const execute = (source: string) => ask('graphql.execute', { 'graphql.source': source });
      assert.equal(
        await execute('mutation Add($input: OrderInput = {n: 1}) {\n  added: addOrder(input: $input) { total }\n}'),
        'src/resolvers.ts:12 resolvers.addOrder 0.8',
      );
      assert.equal(await execute('{ order(id: *) { id total } }'), 'src/resolvers.ts:5 resolvers.order 0.8');
      assert.equal(await execute('query { order(id: *) { id } orders { id } }'), 'unmapped library-call');
      assert.equal(await ask('graphql.parse', {}), 'unmapped library-call');
    }));
});

describe('calls of object mappers', () => {
  const files = {
    'package.json': '{ "name": "shop" }',
    'src/orders.ts': `export async function listOrders(ctx) {
  const orders = await ctx.prisma.order.findMany({
    take: 10,
  });
  return orders;
}
export const addOrder = (db, data) => db.order.create({ data });
export const copyOrder = (tx, data) => tx.order.create({ data });
`,
    'src/users.ts': `import { User } from './model';
export async function findUser(id) {
  return User.findById(id);
}
`,
  };

  it('leads from the spans of Prisma and Mongoose to the only call', () =>
    withMapped(files, key, async (ask) => {
      const prisma = (model: string, method: string) =>
        ask('prisma:client:operation', { model, method, name: `${model}.${method}` }, 'prisma');
      assert.equal(await prisma('Order', 'findMany'), 'src/orders.ts:2 listOrders 0.75');
      assert.equal(await prisma('Order', 'create'), 'ambiguous 2');
      assert.equal(await prisma('User', 'findMany'), 'unmapped library-call');
      assert.equal(await ask('prisma:engine:db_query', {}, 'prisma'), 'unmapped library-call');
      const scope = '@opentelemetry/instrumentation-mongoose';
      assert.equal(
        await ask('mongoose.User.findOne', { 'db.operation': 'findOne' }, scope),
        'src/users.ts:3 findUser 0.75',
      );
    }));
});
