import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const FILES = {
  'package.json': '{ "name": "shop" }',
  'src/orders.service.ts': `export class OrdersService {
  async place(order) {
    return order;
  }
  find() {
    return tracer.startActiveSpan('OrdersService.lookup', () => null);
  }
  lookup() {}
}
`,
};

describe('spans named after a class and its method', () => {
  it('leads to the only method of that name', () =>
    withMapped(
      FILES,
      (name: string, scope?: string) => operation('INTERNAL', name, {}, { scope: scope ?? 'shop', language: 'nodejs' }),
      async (ask) => {
        assert.equal(await ask('OrdersService.place'), 'src/orders.service.ts:2 OrdersService.place 0.75');
        assert.equal(await ask('Provider->OrdersService.place'), 'src/orders.service.ts:2 OrdersService.place 0.88');
        assert.equal(await ask('OrdersService.lookup'), 'src/orders.service.ts:5 OrdersService.find 0.7');
        assert.equal(await ask('UsersService.place'), 'unmapped service-not-bound');
        assert.equal(await ask('OrdersService.place', '@opentelemetry/instrumentation-x'), 'unmapped library-call');
      },
    ));
});
