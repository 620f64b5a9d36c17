import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SyntaxService } from '../../../src/syntax/syntaxService';
import { sharedSyntax } from '../../support/mappingWorkspace';

const SAMPLES: Readonly<Record<string, string>> = {
  'a.ts': `import { trace } from '@opentelemetry/api';
const TOPICS = { orders: 'orders', bills: \`bills\` };
enum Queues { Mail = 'mail' }
const tracer = trace.getTracer('shop');
export class Orders extends Base {
  @Get('/orders/:id') async show(id: string, { deep }: Options) {
    return tracer.startActiveSpan('show order', async (span) => load(id, span));
  }
  list = async () => { await producer.send({ topic: TOPICS.orders, messages: [] }); };
}
router.get('/a/:id', (req, res) => res.json(1)).post('/b', handler);
app.use('/api', router);
const FIND = 'SELECT id FROM orders WHERE id = ?';
async function find(id) { return db.query(FIND, [id]); }
`,
  'a.js': `const { create } = require('./orders');
const express = require('express');
const { TOPIC } = process.env;
const NAMES = Object.freeze({ list: 'list', deep: { one: 'one' } });
const config = { topic: process.env.TOPIC || 'orders', urls: { bills: 'http://bills' } };
exports.show = async function (req, res) { res.json(await tracer.startActiveSpan(NAMES.list, (span) => load(req, span))); };
Orders.prototype.save = function () { return producer.send({ topic: config.topic }); };
class Queue extends Base { client = new Client('a'); static make = wrap(async (job, { id }) => run(job, id)); }
const api = express.Router({ prefix: '/v1' });
const handle = asyncHandler(async (req, res) => create(req, res));
api.route('/c').get(handle).post(function make(req, res) { axios.get(config.urls.bills + '/x'); });
process.env.OTEL_SERVICE_NAME = 'shop';
`,
  'a.tsx': `import { useTracer, type Span } from './tracing';
export const TITLES = { orders: 'orders' } as const;
export default function Page({ id, deep }: Props) {
  const load = useCallback(async (given: string) => fetch(\`/api/orders/\${given}\`, { method: 'POST' }), [id]);
  return <Orders onLoad={load} title={TITLES.orders}>{deep.map((one) => <Row key={one} />)}</Orders>;
}
export const loader = (async ({ params }) => withSpan('load page', () => find(params.id))) satisfies Loader;
`,
  'a.py': `TOPIC = "orders"
class Orders:
    """Keeps orders."""
    @router.get("/orders/{id}")
    async def show(self, id: int, *rest):
        with tracer.start_as_current_span("show order"):
            return await load(id)
@app.route("/b", methods=["POST"])
def create():
    producer.send(TOPIC, value=1)
app.include_router(router, prefix="/api")
`,
  'A.java': `package shop;
import org.springframework.web.bind.annotation.*;
@RestController @RequestMapping("/orders")
public class A extends Base {
  private static final String TOPIC = "orders";
  @GetMapping("/{id}") public Order show(@PathVariable String id) { return load(id); }
  @WithSpan("make") Order make(Order order) { kafkaTemplate.send(TOPIC, order); return order; }
}
`,
  'A.kt': `package shop
class A {
  @GetMapping("/orders/{id}") fun show(id: String): Order = load(id)
  fun routes(app: Application) = app.routing { route("/api") { get("/a") { call.respond(list()) } } }
}
`,
  'a.go': `package shop
const topic = "orders"
type server struct{ db *sql.DB }
func (s *server) Show(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "show order")
	defer span.End()
	return s.db.QueryRowContext(ctx, "SELECT id FROM orders WHERE id = $1", id).Err()
}
func Routes(r chi.Router) { r.Get("/orders/{id}", s.Show); r.Route("/api", func(r chi.Router) { r.Post("/b", make) }) }
`,
  'A.cs': `namespace Shop;
[ApiController, Route("api/[controller]")]
public class OrdersController : ControllerBase {
  [HttpGet("{id}")] public async Task<Order> Show(string id) { using var a = source.StartActivity("show order"); return await Load(id); }
}
public static class Routes { public static void Map(WebApplication app) { var g = app.MapGroup("/b"); g.MapPost("/{id}", (string id) => Make(id)); } }
`,
  'a.rb': `class OrdersController < Base
  def show
    tracer.in_span("show order") { load(params[:id]) }
  end
end
get "/orders/:id" do |id|
  load(id)
end
`,
  'a.php': `<?php
namespace App;
class Orders extends Base {
  #[Route('/orders/{id}', methods: ['GET'])]
  public function show(string $id): Response { $span = $tracer->spanBuilder('show order')->startSpan(); return $this->load($id); }
}
$app->get('/b', [Orders::class, 'show']);
`,
  'a.rs': `use axum::{routing::get, Router};
pub fn routes() -> Router { Router::new().route("/orders/:id", get(show)).nest("/api", api()) }
#[tracing::instrument(name = "show order")]
async fn show(id: String) -> String { load(id).await }
`,
  'a.ex': `defmodule Shop.Router do
  scope "/api", Shop do
    get "/orders/:id", OrdersController, :show
  end
  def show(conn, %{"id" => id}), do: Tracer.with_span("show order", do: load(id))
end
`,
};

/** Texts that lie one small edit apart, back and forth, so that what was wrong between them shows in the next. */
function* edits(text: string): Generator<string> {
  const step = Math.max(1, Math.floor(text.length / 8));
  for (let at = 0; at < text.length; at += step) {
    yield `${text.slice(0, at)}x${text.slice(at)}`;
    yield text;
    yield text.slice(0, at) + text.slice(at + 2);
    yield `${text.slice(0, at)}\n${text.slice(at)}`;
    yield text;
    yield text;
  }
  // Every name by itself: of functions, types, decorators and modules, of constants and of what they are called by.
  for (const word of new Set(text.match(/[A-Za-z_]\w+/g))) {
    const at = text.search(new RegExp(`\\b${word}\\b`)) + word.length;
    yield `${text.slice(0, at)}Other${text.slice(at)}`;
    yield text;
  }
  const lines = text.split('\n');
  for (const at of lines.keys()) {
    yield [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n');
    yield [...lines.slice(0, at), lines[at], ...lines.slice(at)].join('\n');
  }
}

async function same(service: SyntaxService, name: string, text: string): Promise<void> {
  for (const edited of [text, text, ...edits(text)]) {
    const facts = await service.facts(name, edited);
    const updated = await service.update(name, edited);
    // How the parser gets over errors depends on what it read before.
    if (!facts.hasErrors && !updated.hasErrors) assert.deepEqual(updated, facts, edited);
  }
  service.forget(name);
}

describe('a file that is edited', () => {
  for (const [name, text] of Object.entries(SAMPLES)) {
    it(`has the facts that it would have if it were read anew: ${name}`, async () => {
      await same(await sharedSyntax(), name, text);
    });
  }

  it('is read anew only where it changed, as every pattern captures its root', () => {
    const folder = path.join(__dirname, '..', '..', '..', 'src', 'syntax', 'queries');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(path.join(folder, name), 'utf8').replace(/^\s*;.*$/gm, '');
      for (const pattern of patternsOf(text)) assert.match(pattern, /@\w+$|^\(\([^]*@\w+\s+\(#[^]*\)$|^\[/, name);
    }
  });
});

/** The patterns of a query, each with the captures behind it. */
function patternsOf(text: string): string[] {
  const patterns: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: piece, index } of text.matchAll(/"(?:\\.|[^"\\])*"|[([]|[)\]]/g)) {
    if (piece.startsWith('"')) continue;
    if ('(['.includes(piece)) {
      if (depth === 0 && index > start) patterns.push(text.slice(start, index).trim());
      if (depth === 0) start = index;
      depth++;
    } else depth--;
  }
  return [...patterns, text.slice(start).trim()].filter((pattern) => pattern !== '');
}
