import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OperationKey } from '../../../src/model/operation';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

async function placeOf(files: Readonly<Record<string, string>>, key: OperationKey): Promise<string> {
  let found = '';
  await withFolder({ 'package.json': '{"name": "shop"}', ...files }, async (folder) => {
    const mapper = await openMapper([folder]);
    found = told(mapper, await mapper.map(key));
  });
  return found;
}

function named(name: string, language: string, more: Record<string, string | number> = {}): OperationKey {
  return operation('INTERNAL', 'x', { 'code.function.name': name, ...more }, { service: 'shop', language });
}

function request(method: string, route: string, language: string): OperationKey {
  const attributes = { 'http.request.method': method, 'http.route': route };
  return operation('SERVER', `${method} ${route}`, attributes, { service: 'shop', language });
}

const JAVA_INTERFACE = `package shop;
@RequestMapping("/orders")
public interface OrderApi {
  @GetMapping("/{id}")
  String find(String id);
}
`;

const JAVA_CONTROLLER = `package shop;
@RestController
public class OrderController implements OrderApi {
  @Override
  public String find(String id) {
    return id;
  }
}
`;

describe('declarations', () => {
  it('of an interface that names the route give way to the class that implements it', async () => {
    const files = { 'OrderApi.java': JAVA_INTERFACE, 'OrderController.java': JAVA_CONTROLLER };
    const key = request('GET', '/orders/{id}', 'java');
    assert.equal(await placeOf(files, key), 'OrderController.java:5 OrderController.find 0.85');
    assert.equal(await placeOf({ 'OrderApi.java': JAVA_INTERFACE }, key), 'OrderApi.java:5 OrderApi.find 0.85');
    assert.equal(
      await placeOf(files, named('shop.OrderApi.find', 'java')),
      'OrderController.java:5 OrderController.find 0.9',
    );
  });

  it('give way when the class comes later', async () => {
    await withFolder({ 'package.json': '{"name": "shop"}', 'OrderApi.java': JAVA_INTERFACE }, async (folder) => {
      const mapper = await openMapper([folder]);
      const key = request('GET', '/orders/{id}', 'java');
      assert.match(told(mapper, await mapper.map(key)), /^OrderApi\.java:5/);
      const file = path.join(folder, 'OrderController.java');
      writeFileSync(file, JAVA_CONTROLLER);
      await mapper.updateFile(file, undefined);
      assert.match(told(mapper, await mapper.map(key)), /^OrderController\.java:5/);
    });
  });

  it('are not chosen among: two classes that implement it are an ambiguity', async () => {
    const files = {
      'OrderApi.java': JAVA_INTERFACE,
      'OrderController.java': JAVA_CONTROLLER,
      'CachedOrders.java': JAVA_CONTROLLER.replaceAll('OrderController', 'CachedOrders'),
    };
    assert.equal(await placeOf(files, request('GET', '/orders/{id}', 'java')), 'ambiguous 2');
  });

  it('in C# give way, over an abstract class in between', async () => {
    const files = {
      'IPay.cs': 'namespace Shop;\npublic interface IPay {\n  Task Pay(string id);\n}\n',
      'PayBase.cs':
        'namespace Shop;\npublic abstract class PayBase(ILogger log) : Disposable, IPay {\n  public abstract Task Pay(string id);\n}\n',
      'Card.cs':
        'namespace Shop;\npublic class Card : PayBase\n{\n  public override Task Pay(string id) => Task.CompletedTask;\n}\n',
    };
    assert.equal(await placeOf(files, named('Shop.IPay.Pay', 'dotnet')), 'Card.cs:4 Card.Pay 0.9');
  });

  it('in Python give way: overloads and abstract methods', async () => {
    const overloads =
      'from typing import overload\n\n@overload\ndef pay(id: int) -> int: ...\n@overload\ndef pay(id: str) -> str: ...\ndef pay(id):\n    return id\n';
    const files = { 'shop/pay.py': overloads, 'shop/__init__.py': '' };
    assert.equal(await placeOf(files, named('shop.pay.pay', 'python')), 'shop/pay.py:7 pay 0.9');
    const line = { 'code.file.path': '/app/shop/pay.py', 'code.line.number': 4 };
    assert.equal(await placeOf(files, named('pay', 'python', line)), 'shop/pay.py:7 pay 0.99');
    const abstract =
      'from abc import ABC, abstractmethod\n\nclass Pay(ABC):\n    @abstractmethod\n    def pay(self): ...\n\nclass Card(Pay):\n    def pay(self):\n        return 1\n';
    assert.equal(
      await placeOf({ 'shop/pay.py': abstract }, named('shop.pay.Pay.pay', 'python')),
      'shop/pay.py:8 Card.pay 0.9',
    );
  });

  it('of overloads in TypeScript give way', async () => {
    const files = {
      'pay.ts':
        'export class Pay {\n  pay(id: number): number;\n  pay(id: string): string;\n  pay(id: unknown): unknown {\n    return id;\n  }\n}\n',
    };
    const line = { 'code.file.path': '/app/pay.ts', 'code.line.number': 2 };
    assert.match(await placeOf(files, named('Pay.pay', 'nodejs', line)), /^pay\.ts:4 Pay\.pay/);
  });
});

describe('generated code', () => {
  it('gives way to what people wrote', async () => {
    const files = {
      'go.mod': 'module example.com/shop\n',
      'api/gen.go': '// Code generated by oapi. DO NOT EDIT.\npackage api\n\nfunc Reserve() {}\n',
      'api/stock.go': 'package api\n\nfunc Reserve() {\n}\n',
    };
    assert.equal(await placeOf(files, named('example.com/shop/api.Reserve', 'go')), 'api/stock.go:3 Reserve 0.9');
  });

  it('gives way to the method a generated router passes the call on to', async () => {
    const router = `// Code generated by oapi-codegen. DO NOT EDIT.
package ports

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func (siw *ServerInterfaceWrapper) Reserve(w http.ResponseWriter, r *http.Request) {
	siw.Handler.Reserve(w, r)
}

func HandlerFromMux(si ServerInterface, r chi.Router) http.Handler {
	wrapper := ServerInterfaceWrapper{Handler: si}
	r.Group(func(r chi.Router) {
		r.Put("/stock/reserve", wrapper.Reserve)
	})
	return r
}
`;
    const http = 'package ports\n\nfunc (h HttpServer) Reserve(w http.ResponseWriter, r *http.Request) {\n}\n';
    const grpc =
      'package ports\n\nfunc (g GrpcServer) Reserve(ctx context.Context, in *Request) error {\n\treturn nil\n}\n';
    const files = { 'go.mod': 'module example.com/shop\n', 'ports/api.gen.go': router, 'ports/grpc.go': grpc };
    const key = request('PUT', '/stock/reserve', 'go');
    assert.equal(await placeOf({ ...files, 'ports/http.go': http }, key), 'ports/http.go:3 HttpServer.Reserve 0.85');
    assert.equal(await placeOf(files, key), 'ports/api.gen.go:10 ServerInterfaceWrapper.Reserve 0.85');
  });
});
