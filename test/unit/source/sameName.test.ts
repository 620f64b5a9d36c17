import assert from 'node:assert/strict';
import { openMapper, operation, withFolder } from '../../support/mappingWorkspace';

describe('guesses by the name of a function', () => {
  it('are offered where only one function of the service bears the name of the span, and never shown', () =>
    withFolder(
      {
        'orders/src/orders.ts':
          'export class OrderService {\n  place() {\n    return 1;\n  }\n}\nexport function twice() {}\n',
        'orders/src/more.ts': 'export function twice() {}\n',
        'billing/src/a.ts': 'export function invoice() {}\n',
      },
      async (folder) => {
        const mapper = await openMapper([folder], { services: { orders: 'orders', billing: 'billing' } });
        const guesses = async (name: string): Promise<string[]> => {
          const { mapping, considered } = await mapper.explain(operation('INTERNAL', name, {}, { service: 'orders' }));
          assert.equal(mapping.status, 'unmapped');
          return considered.map(({ as, location }) => `${as} ${location.symbol} ${location.confidence}`);
        };
        assert.deepEqual(await guesses('OrderService.place'), ['guess OrderService.place 0.35']);
        assert.deepEqual(await guesses('place'), ['guess OrderService.place 0.35']);
        assert.deepEqual(await guesses('twice'), [], 'two of them');
        assert.deepEqual(await guesses('invoice'), [], "another service's");
        assert.deepEqual(await guesses('place order'), []);
      },
    ));
});
