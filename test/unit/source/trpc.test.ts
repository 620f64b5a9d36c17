import assert from 'node:assert/strict';
import type { SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const key = (kind: SpanKind, name: string, attributes: Record<string, string>) =>
  operation(kind, name, attributes, { language: 'nodejs' });

const FILES = {
  'package.json': '{ "name": "api" }',
  'src/routers/user.ts': `import { listUsers } from '../users';

export const userRouter = createTRPCRouter({
  byId: publicProcedure.input(schema).query(async ({ ctx, input }) => {
    return ctx.users.get(input);
  }),
  list: publicProcedure.query(listUsers),
});
`,
  'src/routers/order.ts': `export const orderRouter = router({
  byId: publicProcedure.query(async () => {
    return null;
  }),
});
`,
  'src/users.ts': 'export function listUsers() {\n  return [];\n}\n',
  'src/app.js': `const app = express();
app.get('/users', (req, res) => {
  res.json([]);
});
`,
};

describe('tRPC', () => {
  it('leads from the path of a procedure to its handler', () =>
    withMapped(FILES, key, async (ask) => {
      const rpc = (method: string) => ask('SERVER', method, { 'rpc.system': 'trpc', 'rpc.method': method });
      assert.equal(await rpc('user.byId'), 'src/routers/user.ts:4 userRouter.(anonymous) 0.88');
      assert.equal(await rpc('order.byId'), 'src/routers/order.ts:2 orderRouter.(anonymous) 0.88');
      assert.equal(await rpc('people.byId'), 'ambiguous 2');
      assert.equal(await ask('INTERNAL', 'trpc/user.list', {}), 'src/users.ts:1 listUsers 0.88');
      assert.equal(await ask('CLIENT', 'trpc/user.list', {}), 'unmapped service-not-bound');
    }));
});

describe('code origins', () => {
  it('reads the first frame of the workspace; a registration stands for its handler', () =>
    withMapped(FILES, key, async (ask) => {
      const origin = (type: string, line: string) =>
        ask('SERVER', 'express.request', {
          '_dd.code_origin.type': type,
          '_dd.code_origin.frames.0.file': '/app/node_modules/express/lib/application.js',
          '_dd.code_origin.frames.0.line': '12',
          '_dd.code_origin.frames.1.file': '/app/src/app.js',
          '_dd.code_origin.frames.1.line': line,
        });
      assert.equal(await origin('entry', '2'), 'src/app.js:2 (anonymous) 0.95');
      assert.equal(await origin('exit', '3'), 'src/app.js:3 (anonymous) 0.95');
    }));
});
