import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OperationKey } from '../../../src/model/operation';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

/** Where an operation is without a file, with it, with it changed, and without it again. */
async function course(
  files: Readonly<Record<string, string>>,
  late: { readonly name: string; readonly text: string; readonly changed: string },
  key: OperationKey,
): Promise<string[]> {
  const seen: string[] = [];
  await withFolder({ 'package.json': '{"name": "shop"}', ...files }, async (folder) => {
    const mapper = await openMapper([folder]);
    const look = async (): Promise<void> => void seen.push(told(mapper, await mapper.map(key)).replace(/ [\d.]+$/, ''));
    const file = path.join(folder, late.name);
    await look();
    for (const text of [late.text, late.changed]) {
      writeFileSync(file, text);
      await mapper.updateFile(file, undefined);
      await look();
    }
    rmSync(file);
    await mapper.removeFile(file);
    await look();
  });
  return seen;
}

function message(system: string, language: string): OperationKey {
  const attributes = { 'messaging.system': system, 'messaging.destination.name': 'orders' };
  return operation('PRODUCER', 'orders publish', attributes, { service: 'shop', language });
}

function request(route: string, language: string): OperationKey {
  const attributes = { 'http.request.method': 'GET', 'http.route': route };
  return operation('SERVER', `GET ${route}`, attributes, { service: 'shop', language });
}

const NOTHING = 'unmapped symbol-not-found';

describe('a file that comes after those that use it', () => {
  it('gives a topic its name, in TypeScript', async () => {
    const user = `import { TOPIC } from './topics';
const producer = kafka.producer();
export async function publish() {
  await producer.send({ topic: TOPIC, messages: [] });
}
`;
    const late = {
      name: 'topics.ts',
      text: "export const TOPIC = 'orders';\n",
      changed: "export const TOPIC = 'bills';\n",
    };
    assert.deepEqual(await course({ 'a.ts': user }, late, message('kafka', 'nodejs')), [
      NOTHING,
      'a.ts:4 publish',
      NOTHING,
      NOTHING,
    ]);
  });

  it('gives a topic its name, in Go, Java and Python', async () => {
    const go = 'package main\n\nfunc publish() {\n\twriter.WriteMessages(ctx, kafka.Message{Topic: TopicOrders})\n}\n';
    const goLate = {
      name: 'topics.go',
      text: 'package main\n\nconst TopicOrders = "orders"\n',
      changed: 'package main\n',
    };
    assert.deepEqual(await course({ 'main.go': go }, goLate, message('kafka', 'go')), [
      NOTHING,
      'main.go:4 publish',
      NOTHING,
      NOTHING,
    ]);
    const java =
      'package shop;\nclass Sender {\n  private KafkaTemplate<String, String> template;\n  void publish() {\n    template.send(Topics.ORDERS, "x");\n  }\n}\n';
    const javaLate = {
      name: 'Topics.java',
      text: 'package shop;\nclass Topics {\n  static final String ORDERS = "orders";\n}\n',
      changed: 'package shop;\nclass Topics {\n}\n',
    };
    assert.deepEqual(await course({ 'Sender.java': java }, javaLate, message('kafka', 'java')), [
      NOTHING,
      'Sender.java:5 Sender.publish',
      NOTHING,
      NOTHING,
    ]);
    const python =
      'from shop.topics import ORDERS\nfrom kafka import KafkaProducer\nproducer = KafkaProducer()\n\ndef publish():\n    producer.send(ORDERS, b"x")\n';
    const pythonLate = { name: 'shop/topics.py', text: 'ORDERS = "orders"\n', changed: 'ORDERS = "bills"\n' };
    const files = { 'shop/__init__.py': '', 'shop/send.py': python };
    assert.deepEqual(await course(files, pythonLate, message('kafka', 'python')), [
      NOTHING,
      'shop/send.py:6 publish',
      NOTHING,
      NOTHING,
    ]);
  });

  it('gives routes their path and their handler', async () => {
    const app =
      "import { ORDERS } from './paths';\nconst app = require('express')();\napp.get(ORDERS, function list(req, res) {});\n";
    const paths = {
      name: 'paths.ts',
      text: "export const ORDERS = '/orders';\n",
      changed: "export const ORDERS = '/bills';\n",
    };
    assert.deepEqual(await course({ 'app.ts': app }, paths, request('/orders', 'nodejs')), [
      NOTHING,
      'app.ts:3 list',
      NOTHING,
      NOTHING,
    ]);
    const routes = "import { list } from './handlers';\nconst app = require('express')();\napp.get('/orders', list);\n";
    const handlers = {
      name: 'handlers.ts',
      text: 'export function list(req, res) {}\n',
      changed: '\nexport function list(req, res) {}\n',
    };
    const weak = 'unmapped low-confidence';
    assert.deepEqual(await course({ 'app.ts': routes }, handlers, request('/orders', 'nodejs')), [
      weak,
      'handlers.ts:1 list',
      'handlers.ts:2 list',
      weak,
    ]);
  });

  it('mounts a router', async () => {
    const main =
      'from fastapi import FastAPI\nfrom orders import router\napp = FastAPI()\napp.include_router(router, prefix="/api")\n';
    const late = {
      name: 'orders.py',
      text: 'from fastapi import APIRouter\nrouter = APIRouter(prefix="/orders")\n@router.get("/{id}")\ndef show(id): ...\n',
      changed:
        'from fastapi import APIRouter\nrouter = APIRouter(prefix="/bills")\n@router.get("/{id}")\ndef show(id): ...\n',
    };
    assert.deepEqual(await course({ 'main.py': main }, late, request('/api/orders/{id}', 'python')), [
      NOTHING,
      'orders.py:4 show',
      NOTHING,
      NOTHING,
    ]);
  });
});

describe('a file that is no source', () => {
  it('leads requests to RPCs as its rules say now', async () => {
    const server = `package internal

type server struct {
	pb.UnimplementedOrdersServer
}

func Register(s *grpc.Server) {
	pb.RegisterOrdersServer(s, &server{})
}

func (s *server) GetOrder(ctx context.Context, in *pb.GetOrderRequest) (*pb.Order, error) {
	return nil, nil
}
`;
    const rule = (path: string): string => `package orders.v1;
service Orders {
  rpc GetOrder(GetOrderRequest) returns (Order) { option (google.api.http) = { get: "${path}" }; }
}
`;
    const late = { name: 'orders.proto', text: rule('/v1/orders/{id}'), changed: rule('/v2/orders/{id}') };
    const files = { 'go.mod': 'module example.com/shop\n', 'internal/server.go': server };
    assert.deepEqual(await course(files, late, request('/v1/orders/{id}', 'go')), [
      NOTHING,
      'internal/server.go:11 server.GetOrder',
      NOTHING,
      NOTHING,
    ]);
  });

  it('gives functions of AWS Lambda the handlers that it says now', async () => {
    const scope = '@opentelemetry/instrumentation-aws-lambda';
    const invoked = operation('SERVER', 'shop-dev-list', {}, { scope, service: 'shop', language: 'nodejs' });
    const template = (handler: string): string => `service: shop
functions:
  list:
    handler: ${handler}
`;
    const late = { name: 'serverless.yml', text: template('a.list'), changed: template('b.list') };
    const files = { 'a.js': 'exports.list = function list() {};\n', 'b.js': '\nexports.list = function list() {};\n' };
    assert.deepEqual(await course(files, late, invoked), [
      'unmapped no-evidence',
      'a.js:1 list',
      'b.js:2 list',
      'unmapped no-evidence',
    ]);
  });

  it('names the controllers of routes that it says now', async () => {
    const controllers = `<?php
namespace App;
class Orders {
  public function show() {}
  public function list() {}
}
`;
    const route = (method: string): string =>
      `show_order:\n  path: /orders/{id}\n  controller: App\\Orders::${method}\n`;
    const late = { name: 'config/routes.yaml', text: route('show'), changed: route('list') };
    const key = operation(
      'SERVER',
      'GET show_order',
      { 'http.request.method': 'GET', 'http.route': 'show_order' },
      { scope: 'io.opentelemetry.contrib.php.symfony', service: 'shop', language: 'php' },
    );
    const seen = await course(
      {
        'composer.json': '{"autoload": {"psr-4": {"App\\\\": "src/"}}}',
        'config/services.yaml': 'services: {}\n',
        'src/Orders.php': controllers,
      },
      late,
      key,
    );
    assert.deepEqual(seen.slice(1, 3), ['src/Orders.php:4 Orders.show', 'src/Orders.php:5 Orders.list']);
  });
});
