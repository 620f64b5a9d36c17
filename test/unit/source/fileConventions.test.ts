import assert from 'node:assert/strict';
import type { SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const key = (kind: SpanKind, name: string, attributes: Record<string, string>, scope = 'next.js') =>
  operation(kind, name, attributes, { scope, language: 'nodejs' });

const NEXT = {
  'web/package.json': '{ "name": "web", "dependencies": { "next": "16" } }',
  'web/app/layout.tsx': 'export default function Root({ children }) {\n  return children;\n}\n',
  'web/app/(shop)/orders/[id]/page.tsx': `import { load } from './load';

export async function generateMetadata({ params }) {
  return {};
}

export default async function OrderPage({ params }) {
  return load(params);
}
`,
  'web/app/(shop)/orders/@modal/(.)[id]/page.tsx': 'export default function Modal() { return null; }\n',
  'web/app/docs/[...slug]/page.tsx': 'const Docs = async () => null;\nexport default Docs;\n',
  'web/app/api/orders/route.ts': `import { withAuth } from '../auth';

export const GET = withAuth(async (request) => {
  return Response.json([]);
});

export async function POST(request: Request) {
  return Response.json({});
}
`,
  'web/app/api/health/route.ts': 'export function GET() {\n  return new Response("ok");\n}\n',
  'web/app/api/auth/[...all]/route.ts': "import { handlers } from '@/auth';\nexport const { GET, POST } = handlers;\n",
  'web/pages/legacy/[id].tsx': `export async function getServerSideProps(context) {
  return { props: {} };
}
export default function Legacy() { return null; }
`,
  'web/pages/api/ping.ts': 'export default async function handler(req, res) {\n  res.end();\n}\n',
  'web/middleware.ts': 'export function middleware(request) {}\n',
};

describe('file conventions', () => {
  it("leads from Next's spans to pages, handlers and functions of pages", () =>
    withMapped(NEXT, key, async (ask) => {
      const next = (type: string, route: string, more: Record<string, string> = {}) =>
        ask('INTERNAL', type, { 'next.span_type': type, 'next.route': route, ...more });
      const page = 'web/app/(shop)/orders/[id]/page.tsx';
      assert.equal(await next('AppRender.getBodyResult', '/orders/[id]'), `${page}:7 OrderPage 0.95`);
      assert.equal(
        await ask('INTERNAL', 'generateMetadata', {
          'next.span_type': 'ResolveMetadata.generateMetadata',
          'next.page': '/orders/[id]/page',
        }),
        `${page}:3 generateMetadata 0.95`,
      );
      assert.equal(
        await next('AppRender.getBodyResult', '/docs/[...slug]'),
        'web/app/docs/[...slug]/page.tsx:1 Docs 0.95',
      );
      assert.equal(
        await next('AppRouteRouteHandlers.runHandler', '/api/health'),
        'web/app/api/health/route.ts:1 GET 0.95',
      );
      assert.equal(await next('AppRouteRouteHandlers.runHandler', '/api/orders'), 'ambiguous 2');
      assert.equal(await next('Node.runHandler', '/api/ping'), 'web/pages/api/ping.ts:1 handler 0.95');
      const legacy = 'web/pages/legacy/[id].tsx';
      assert.equal(await next('Render.getServerSideProps', '/legacy/[id]'), `${legacy}:1 getServerSideProps 0.95`);
      assert.equal(await next('Render.renderDocument', '/legacy/[id]'), `${legacy}:4 Legacy 0.95`);
      assert.equal(await next('Middleware.execute', ''), 'web/middleware.ts:1 middleware 0.95');
      assert.equal(await next('NextNodeServer.createComponentTree', '/orders/[id]'), 'unmapped library-call');
      assert.equal(await next('AppRender.getBodyResult', '/orders'), 'unmapped library-call');
    }));

  it("tells the methods of a route handler apart by the request's", () =>
    withMapped(NEXT, key, async (ask) => {
      const request = (method: string, route: string) =>
        ask('SERVER', `${method} ${route}`, {
          'http.method': method,
          'http.route': route,
          'next.route': route,
          'next.span_type': 'BaseServer.handleRequest',
        });
      assert.equal(await request('GET', '/api/orders'), 'web/app/api/orders/route.ts:3 GET 0.95');
      assert.equal(await request('POST', '/api/orders'), 'web/app/api/orders/route.ts:7 POST 0.95');
      assert.equal(await request('GET', '/api/auth/[...all]'), 'web/app/api/auth/[...all]/route.ts:2  0.72');
      assert.equal(await request('GET', '/orders/[id]'), 'web/app/(shop)/orders/[id]/page.tsx:7 OrderPage 0.95');
      assert.equal(await request('DELETE', '/api/orders'), 'unmapped service-not-bound');
    }));

  it('knows the load functions, actions and endpoints of SvelteKit', () =>
    withMapped(
      {
        'package.json': '{ "name": "kit" }',
        'src/routes/(app)/posts/[slug]/+page.server.ts': `export const load = async ({ params }) => {
  return {};
};
export const actions = {
  default: async () => {},
  publish: async ({ request }) => {},
};
`,
        'src/routes/(app)/posts/[slug]/+page.ts': 'export function load() {}\n',
        'src/routes/api/posts/+server.ts': 'export async function GET() {}\nexport async function POST() {}\n',
      },
      key,
      async (ask) => {
        const page = 'src/routes/(app)/posts/[slug]/+page.server.ts';
        assert.equal(
          await ask('INTERNAL', 'sveltekit.load', {
            'sveltekit.load.node_id': page,
            'http.route': '/(app)/posts/[slug]',
          }),
          `${page}:1 load 0.95`,
        );
        assert.equal(
          await ask('INTERNAL', 'sveltekit.load', { 'sveltekit.load.node_id': page.replace('.server', '') }),
          'src/routes/(app)/posts/[slug]/+page.ts:1 load 0.95',
        );
        assert.equal(
          await ask('INTERNAL', 'sveltekit.form_action', {
            'sveltekit.form_action.name': 'publish',
            'http.route': '/(app)/posts/[slug]',
          }),
          `${page}:6 actions.publish 0.95`,
        );
        assert.equal(
          await ask('SERVER', 'POST /api/posts', { 'http.route': '/api/posts', 'http.method': 'POST' }, 'sveltekit'),
          'src/routes/api/posts/+server.ts:2 POST 0.9',
        );
      },
    ));

  it("knows Remix' flat routes and Nuxt's server folder", () =>
    withMapped(
      {
        'package.json': '{ "name": "site" }',
        'app/routes/_auth.posts_.$id.edit.tsx': `export async function loader({ params }) {}
export const action = async () => {};
export default function Edit() {}
`,
        'app/routes/files.$.ts': 'export const loader = () => {};\n',
        'server/api/users/[id].get.ts': 'export default defineEventHandler(async (event) => {\n  return {};\n});\n',
        'server/routes/sitemap.ts': 'export default eventHandler(() => "");\n',
      },
      key,
      async (ask) => {
        const edit = 'app/routes/_auth.posts_.$id.edit.tsx';
        const request = (method: string, route: string) =>
          ask(
            'SERVER',
            `${method} ${route}`,
            { 'http.route': route, 'http.request.method': method },
            '@opentelemetry/x',
          );
        assert.equal(await request('GET', '/posts/:id/edit'), `${edit}:1 loader 0.75`);
        assert.equal(await request('POST', '/posts/:id/edit'), `${edit}:2 action 0.75`);
        assert.equal(
          await ask('INTERNAL', 'LOADER routes/files.$', {
            'match.route.id': 'routes/files.$',
            'code.function': 'loader',
          }),
          'app/routes/files.$.ts:1 loader 0.99',
        );
        assert.equal(await request('GET', '/api/users/:id'), 'server/api/users/[id].get.ts:1 (anonymous) 0.75');
        assert.equal(await request('POST', '/api/users/:id'), 'unmapped service-not-bound');
        assert.equal(await request('GET', '/sitemap'), 'server/routes/sitemap.ts:1 (anonymous) 0.75');
      },
    ));

  it('follows functions that are passed on from another module, or named in a list', () =>
    withMapped(
      {
        'package.json': '{ "name": "web" }',
        'app/api/orders/route.ts': `import { list } from './list';
export { change as PUT, DELETE } from './write';
const add = async (request) => Response.json({});
export { list as GET, add as POST };
`,
        'app/api/orders/list.ts': 'export function list() {}\n',
        'app/api/orders/write.ts': '\nexport function change() {}\n\nexport function DELETE() {}\n',
        'src/routes/+page.server.ts': `export const actions = {
  save: async () => {},
  remove,
  tidy: cleared,
} satisfies Actions;

async function remove() {}
const cleared = async () => {};
`,
      },
      key,
      async (ask) => {
        const request = (method: string): Promise<string> =>
          ask('SERVER', `${method} /api/orders`, {
            'next.span_type': 'BaseServer.handleRequest',
            'http.method': method,
            'next.route': '/api/orders',
          });
        assert.equal(await request('GET'), 'app/api/orders/list.ts:1 list 0.95');
        assert.equal(await request('PUT'), 'app/api/orders/write.ts:2 change 0.95');
        assert.equal(await request('DELETE'), 'app/api/orders/write.ts:4 DELETE 0.95');
        assert.equal(await request('POST'), 'app/api/orders/route.ts:3 add 0.95');
        const action = (name: string): Promise<string> =>
          ask('INTERNAL', 'x', { 'sveltekit.form_action.name': name, 'http.route': '/' }, 'sveltekit');
        assert.equal(await action('save'), 'src/routes/+page.server.ts:2 actions.save 0.95');
        assert.equal(await action('remove'), 'src/routes/+page.server.ts:7 remove 0.95');
        assert.equal(await action('tidy'), 'src/routes/+page.server.ts:8 cleared 0.95');
      },
    ));

  it("knows Remix' root, and segments of a route that may be left out", () =>
    withMapped(
      {
        'package.json': '{ "name": "site" }',
        'app/root.tsx': 'export async function loader() {}\n',
        'app/routes/_index.tsx': 'export async function loader() {}\n',
        'app/routes/($lang).about.tsx': 'export async function loader() {}\n',
      },
      key,
      async (ask) => {
        const root = { 'match.route.id': 'root', 'code.function': 'loader' };
        assert.equal(await ask('INTERNAL', 'LOADER root', root), 'app/root.tsx:1 loader 0.99');
        for (const route of ['/about', '/:lang?/about', '/:lang/about'])
          assert.equal(
            await ask('SERVER', `GET ${route}`, { 'http.route': route, 'http.request.method': 'GET' }, 'remix'),
            'app/routes/($lang).about.tsx:1 loader 0.9',
            route,
          );
      },
    ));
});
