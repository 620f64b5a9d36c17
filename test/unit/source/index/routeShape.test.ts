import { mayAnswer } from '../../../../src/source/index/fileRoutes';
import assert from 'node:assert/strict';
import { endsWith, parseRoute } from '../../../../src/source/index/routeShape';

function shapes(route: string): string[] {
  return parseRoute(route).map(({ segments, parameters }) => `${segments.join('/')} ${parameters.join(',')}`.trim());
}

describe('route templates', () => {
  it('reads plain routes at once as it reads them letter by letter', () => {
    const plain = ['/a', '/a/:id', '/a/{id}/b.json', '/:tenant/v1.0/{id}/x-y', '/a/:id/:other', '/A/..', '/a/b'];
    for (const route of plain) assert.deepEqual(parseRoute(route), parseRoute(` ${route}`), route);
  });

  it('reads the parameters of all frameworks alike', () => {
    for (const route of [
      '/orders/:id',
      '/orders/{id}',
      'orders/{id:int}',
      '/orders/<id>',
      '/orders/<int:id>',
      '/orders/[id]',
      '^orders/(?P<id>[^/.]+)/$',
      '^^orders/(?P<id>[^/.]+)$',
      '^/^orders/(?P<id>[-\\w]+)/?$',
      '/orders/:id(\\d+)',
      '/orders/{id:[a-z]{2}}',
      'GET /orders/{id}',
      '/orders/:id(.:format)?x=1',
    ]) {
      assert.deepEqual(shapes(route.replace('(.:format)?x=1', '(.:format)')), ['orders/{} id'], route);
    }
  });

  it('reads catch-alls', () => {
    for (const route of [
      '/files/*',
      '/files/{*path}',
      '/files/{path...}',
      '/files/[...path]',
      '/files/<path:path>',
      '/files/*path',
    ]) {
      assert.equal(parseRoute(route)[0]?.segments.join('/'), 'files/{*}', route);
    }
  });

  it('takes an optional parameter both ways', () => {
    assert.deepEqual(shapes('/orders/:id?'), ['orders/{} id', 'orders']);
    assert.deepEqual(shapes('items/{page?}'), ['items/{} page', 'items']);
  });

  it('keeps constant text around a parameter', () => {
    assert.deepEqual(shapes('/flights/:from-:to'), ['flights/{}-{} from,to']);
    assert.deepEqual(shapes('/'), ['']);
  });

  it('does not stumble over brackets that do not close', () => {
    for (const route of ['/a/{b', '/a/(b', '/a/<b', '/a/[b', '/a/:', '/{{{{', '\\'])
      assert.ok(parseRoute(route).length > 0);
  });

  it('compares from the end', () => {
    assert.ok(endsWith(['api', 'orders', '{}'], ['orders', '{}'], false));
    assert.ok(!endsWith(['api', 'Orders'], ['orders'], false));
    assert.ok(endsWith(['api', 'Orders'], ['orders'], true));
    assert.ok(!endsWith(['orders'], ['api', 'orders'], false));
  });
});

describe('texts that frameworks may look into', () => {
  it('export something of the names they look for', () => {
    for (const text of [
      'export default function Page() {}',
      'export const GET = list;',
      'export async function load() {}',
      "export { list as GET, other } from './list';",
      'export const { GET, POST } = handlers(auth);',
      'export const actions = { add: async () => {} };',
      'export function* loader() {}',
      'export function getServerSideProps() {}',
    ])
      assert.ok(mayAnswer(text), text);
    for (const text of ["export * from './dto';", 'export const loaded = 1;', 'const load = 1;'])
      assert.ok(!mayAnswer(text), text);
  });
});
