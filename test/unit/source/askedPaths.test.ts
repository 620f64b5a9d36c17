import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const FILES = {
  'go.mod': 'module shop\n',
  'main.go': `package main

import "github.com/go-chi/chi/v5"

func routes(r chi.Router) {
	r.Get("/orders/{id}", getOrder)
	r.Get("/orders/open", openOrders)
	r.Post("/orders/{id}", payOrder)
	r.Get("/{shop}/{page}/{id}", anything)
	r.Get("/stock/{id}", getStock)
	r.Get("/stock/{name}", findStock)
}

func getOrder()   {}
func openOrders() {}
func payOrder()   {}
func anything()   {}
func getStock()   {}
func findStock()  {}
`,
};

describe('source: paths that were asked for, in place of a route', () => {
  it('fit the template of their router from end to end, the one with most constant segments first', () =>
    withMapped(
      FILES,
      (name: string, attributes: Record<string, string> = {}) =>
        operation('SERVER', name, attributes, { service: 'shop', language: 'go' }),
      async (ask) => {
        assert.equal(await ask('GET /orders/42'), 'main.go:14 getOrder 0.85');
        assert.equal(await ask('POST /orders/42'), 'main.go:16 payOrder 0.85');
        assert.equal(await ask('GET /orders/open'), 'main.go:15 openOrders 0.85');
        // Templates of parameters alone fit anything; what two fit is neither's.
        assert.match(await ask('GET /wp-admin/setup/php'), /^unmapped/);
        assert.equal(await ask('GET /stock/42'), 'ambiguous 2');
        assert.match(await ask('GET /v2/orders/42'), /^unmapped/);
        // A route that is stated is a template: none that is registered is called so.
        assert.match(await ask('GET /orders/42', { 'http.route': '/orders/42' }), /^unmapped/);
      },
    ));
});
