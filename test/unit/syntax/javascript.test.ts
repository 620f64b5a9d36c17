import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: JavaScript and TypeScript structure', () => {
  it('names functions by where they are put', () =>
    expectFacts(
      'orders.ts',
      `export function list(req, { page, size: n }, ...rest) {}
const create = async (body: Body) => {};
const update = asyncHandler(async (req, res) => {});
const names = users.map((user) => user.name);
exports.remove = function (id) {};
OrderService.prototype.find = function () {};
export class OrderService {
  constructor(private readonly db: Db) {}
  total = () => 1;
  async load() {
    function inner() {}
  }
}
const controller = { get() {}, put: async () => {} };
export default () => {};
`,
      {
        functions: [
          'list @1(req, page, n, rest) 1-1',
          'create @2(body) 2-2',
          'update @3(req, res) 3-3',
          'remove @5(id) 5-5',
          'OrderService.find @6() 6-6',
          'OrderService.constructor @8(db) 8-8',
          'OrderService.total @9() 9-9',
          'OrderService.load @10() 10-12',
          'OrderService.load.inner @11() 11-11',
          'controller.get @14() 14-14',
          'controller.put @14() 14-14',
          'default @15() 15-15',
        ],
      },
    ));

  it('lets functions begin at their first decorator', () =>
    expectFacts(
      'a.ts',
      `@Injectable()
export class Orders {
  @Get()
  // comment
  @UseGuards(AuthGuard)
  public async list(@Query() q: string) {}
}
`,
      { functions: ['Orders.list @6(q) 3-6'], types: ['Orders'] },
    ));

  it('knows bases, constants and imports', () =>
    expectFacts(
      'a.ts',
      `import express, { Router as R } from 'express';
import * as db from './db';
const { send: emit } = require('../bus');
export { orders } from './orders';
export const TOPIC = 'orders';
const GROUP = process.env.GROUP || 'billing';
export const TOPICS = { CREATED: 'order.created', 'paid': \`\${TOPIC}.paid\` } as const;
export enum Queue { Mail = 'mail', Count = 1 }
export class A extends Base<string> implements pb.IOrders { static readonly NAME = 'a'; }
function f() { const local = 'x'; }
`,
      {
        imports: [
          'express: default as express, Router as R',
          './db: * as db',
          './orders: orders',
          '../bus: send as emit',
        ],
        constants: [
          'TOPIC = orders',
          'GROUP = <variable<GROUP>=billing>',
          'A.NAME = a',
          'TOPICS.CREATED = order.created',
          'TOPICS.paid = orders.paid',
          'Queue.Mail = mail',
        ],
        types: ['A : Base, pb.IOrders'],
      },
    ));
});

describe('syntax: JavaScript and TypeScript spans', () => {
  it('reads spans started on a tracer', () =>
    expectFacts(
      'a.ts',
      `const tracer = trace.getTracer('shop', '1.0');
const PREFIX = 'orders';
function load(id) {
  return tracer.startActiveSpan(\`load \${id}\`, { kind: SpanKind.CLIENT }, async (span) => {
    const child = this.tracer.startSpan(PREFIX + '.query');
    trace.getTracer('other').startSpan(Names.QUERY);
  });
}
const run = () => Sentry.startSpan({ name: 'checkout', op: 'x' }, () => {});
function helper() { return withSpan('pay', () => {}); }
function other() { return instrumentAsync({ name: 'ship', kind: 1 }, () => {}); }
function unrelated() { cache.getSpan('no'); engine.start('no'); }
`,
      {
        spans: [
          'load ${id} [CLIENT] in load @3',
          'orders.query in load.(anonymous) @4',
          '<Names.QUERY> in load.(anonymous) @4',
          'checkout in run @9',
          'pay in helper @10',
          'ship in other @11',
        ],
        tracerNames: ['shop', 'other'],
      },
    ));

  it('reads decorators that start spans', () =>
    expectFacts(
      'a.ts',
      `class S {
  @Span('named') a() {}
  @Span() b() {}
  @WithSpan({ name: 'object' }) c() {}
}
`,
      { spans: ['named in S.a @2', '- in S.b @3', 'object in S.c @4'] },
    ));

  it('reads service names', () =>
    expectFacts(
      'a.ts',
      `import tracer from './tracer';
new NodeSDK({ serviceName: 'a' });
resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'b' });
new Resource({ 'service.name': process.env.NAME ?? 'c', [SemanticResourceAttributes.SERVICE_NAME]: 'd' });
process.env.OTEL_SERVICE_NAME = 'e';
registerOTel('f');
initTracing('g');
tracer('h');
initTracedAgent('no');
setupTracesTable('no');
`,
      { serviceNames: ['f', 'g', 'h', 'a', 'b', '<variable<NAME>=c>', 'd', 'e'] },
    ));
});

describe('syntax: JavaScript routes', () => {
  it('Express: handler last, middlewares, wrappers, chains, mounts', () =>
    expectFacts(
      'routes.js',
      `const express = require('express');
const ctrl = require('./orders.controller');
const app = express();
const router = express.Router();
app.get('setting');
app.get('/orders/:id', authenticate, [check], ctrl.get);
app.post(['/orders', '/order'], create);
router.route('/items').get(ctrl.list).post(asyncHandler(async (req, res) => {}));
router.delete('/items/:id', wrap(ctrl.remove.bind(ctrl)));
router.all('*', (req, res) => {});
app.use('/api', router);
app.use('/v2', require('./v2'));
axios.get('/not/a/route', config);
request(app).get('/nor/this', () => {});
function create(req, res) {}
`,
      {
        routes: [
          "GET /orders/:id → 'ctrl.get'",
          'POST /orders → create @15',
          'POST /order → create @15',
          "GET /items → 'ctrl.list'",
          'POST /items → (anonymous) @8',
          "DELETE /items/:id → 'ctrl.remove' or 'wrap'",
          '* /* → (anonymous) @10',
        ],
        mounts: ['app + /api → router', "app + /v2 → require('./v2')"],
      },
    ));

  it('Express in classes and functions', () =>
    expectFacts(
      'routes.ts',
      `export class OrderRoutes {
  public router = Router();
  constructor(private controller: OrderController) {
    this.router.get(\`\${BASE}/orders\`, this.list);
    this.router.post('/orders', this.controller.create);
  }
  list = async (req, res) => {};
}
export function register(app: Express) {
  app.get('/health', (req, res) => res.send('ok'));
}
module.exports = (server) => {
  server.patch(ROUTES.ORDER, handlers.update);
};
`,
      {
        routes: [
          'GET /${BASE}/orders → OrderRoutes.list @7',
          "POST /orders → 'OrderController.create' or 'controller.create'",
          'GET /health → register.(anonymous) @10',
          "PATCH /<ROUTES.ORDER> → 'handlers.update'",
        ],
      },
    ));

  it('Fastify: shorthand, route objects, plugins with prefixes', () =>
    expectFacts(
      'app.ts',
      `const fastify = Fastify({ logger: true });
fastify.get('/a', { schema }, getA);
fastify.get('/b', { schema, handler: async () => {} });
fastify.route({ method: ['GET', 'HEAD'], url: '/c', handler: getC });
fastify.register(async (app) => { app.post<{ Body: X }>('/d', async (req) => {}); }, { prefix: '/v1' });
fastify.register(orders, { prefix: '/orders' });
async function getC() {}
`,
      {
        routes: [
          "GET /a → 'getA'",
          'GET /b → handler @3',
          'GET /c → getC @7',
          'HEAD /c → getC @7',
          'POST /v1/d → (anonymous) @5',
        ],
        mounts: ['fastify + /orders → orders'],
      },
    ));

  it('Koa and Hono', () =>
    expectFacts(
      'app.ts',
      `const router = new Router({ prefix: '/orders' });
router.get('/:id', async (ctx) => {});
app.use(router.routes());
const api = new Hono().basePath('/api');
api.get('/users', (c) => c.text('x')).post('/users', validate, createUser);
api.on(['PUT', 'PATCH'], '/users/:id', update);
api.route('/books', books);
`,
      {
        routes: [
          'GET /orders/:id → (anonymous) @2',
          'GET /api/users → (anonymous) @5',
          "POST /api/users → 'createUser'",
          "PUT /api/users/:id → 'update'",
          "PATCH /api/users/:id → 'update'",
        ],
        mounts: ['app +  → router', 'api + /api/books → books'],
      },
    ));

  it('Nest: controllers, RPC and message patterns', () =>
    expectFacts(
      'orders.controller.ts',
      `@Controller({ path: ['orders', 'o'], version: '1' })
@UseGuards(AuthGuard)
export class OrdersController {
  @Get(':id')
  @HttpCode(200)
  async findOne(@Param('id') id: string) {}
  @Post() create() {}
  @All('any') any() {}
  @EventPattern('order.created') onCreated() {}
  @MessagePattern({ cmd: 'sum' }) sum() {}
  @GrpcMethod('OrdersService', 'FindOne') grpcFind() {}
  @GrpcMethod() list() {}
}
class NotAController { @Get('x') get() {} }
app.setGlobalPrefix('api');
`,
      {
        routes: [
          'GET /orders/:id → OrdersController.findOne @6',
          'GET /o/:id → OrdersController.findOne @6',
          'POST /orders → OrdersController.create @7',
          'POST /o → OrdersController.create @7',
          '* /orders/any → OrdersController.any @8',
          '* /o/any → OrdersController.any @8',
        ],
        messages: [
          'consumer  order.created → OrdersController.onCreated @9',
          'consumer  sum → OrdersController.sum @10',
        ],
        rpcs: [
          'server OrdersService/FindOne → OrdersController.grpcFind @11',
          'server OrdersController/List → OrdersController.list @12',
        ],
        mounts: ['app + api → *'],
      },
    ));
});

describe('syntax: JavaScript messages, RPC and HTTP calls', () => {
  it('Kafka, RabbitMQ, BullMQ, SQS', () =>
    expectFacts(
      'bus.ts',
      `import { Queue, Worker } from 'bullmq';
const TOPIC = 'orders';
const mails = new Queue('mails');
async function send() {
  await producer.send({ topic: TOPIC, messages: [] });
  await producer.sendBatch({ topicMessages: [{ topic: 'a' }, { topic: 'b' }] });
  channel.publish('exchange', 'key', buffer);
  channel.sendToQueue('queue', buffer);
  await mails.add('welcome', {});
  await sqs.send(new SendMessageCommand({ QueueUrl: 'https://sqs.eu/1/jobs' }));
}
async function listen() {
  await consumer.subscribe({ topics: [TOPIC, /x/] });
  await consumer.run({ eachMessage: onMessage });
  channel.consume('queue', (message) => {});
  new Worker('mails', async (job) => {});
}
async function onMessage() {}
class Publisher {
  constructor(private readonly client: ClientKafka) {}
  publish() { this.client.emit('order.paid', {}); emitter.emit('not a message'); }
}
`,
      {
        messages: [
          'producer kafka orders → send @4',
          'producer kafka a → send @4',
          'producer kafka b → send @4',
          'producer rabbitmq exchange → send @4',
          'producer rabbitmq key → send @4',
          'producer rabbitmq queue → send @4',
          'producer bullmq mails → send @4',
          'producer aws_sqs jobs → send @4',
          'consumer kafka orders → onMessage @18',
          'consumer kafka /x/ → onMessage @18',
          'consumer rabbitmq queue → listen.(anonymous) @15',
          'consumer bullmq mails → listen.(anonymous) @16',
          'producer kafka order.paid → Publisher.publish @21',
        ],
      },
    ));

  it('gRPC and Connect, both sides', () =>
    expectFacts(
      'rpc.ts',
      `server.addService(proto.shop.Orders.service, { create, list: (call, callback) => {} });
server.addService(PaymentService, new PaymentServer());
class PaymentServer { charge(call) {} }
router.service(ElizaService, { async say(req) {} });
const client = new proto.shop.CurrencyService(address, grpc.credentials.createInsecure());
const carts = createClient(CartService, transport);
const cache = createClient({ host: 'redis' });
async function convert() { client.convert({}, cb); await carts.getCart({}); cache.get('x'); }
function create() {}
`,
      {
        rpcs: [
          'server Orders/create → create @9',
          'server Orders/list → list @1',
          'server PaymentService/charge → PaymentServer.charge @3',
          'server ElizaService/say → say @4',
          'client CurrencyService/convert → convert @8',
          'client CartService/getCart → convert @8',
        ],
      },
    ));

  it('HTTP clients', () =>
    expectFacts(
      'http.ts',
      `const axios = require('axios').default;
const api = axios.create({ baseURL: 'http://x' });
class A {
  constructor(private httpService: HttpService) {}
  async run(id) {
    await fetch(\`http://stock/\${id}\`, { method: 'POST' });
    await api.get('/orders');
    await axios({ method: 'put', url: '/x' });
    this.httpService.delete(URLS.ORDER);
    map.get('key');
  }
}
`,
      {
        httpCalls: [
          'fetch POST http://stock/${id} in A.run @5',
          'axios GET /orders in A.run @5',
          'axios PUT /x in A.run @5',
          'axios DELETE <URLS.ORDER> in A.run @5',
        ],
      },
    ));
});
