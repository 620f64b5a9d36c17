import assert from 'node:assert/strict';
import { lintApp, lintGo, rulesWithTracer, TRACED } from './support';

const RULE = 'GO-CTX-BACKGROUND';

async function rules(body: string, imports: readonly string[] = []): Promise<string[]> {
  return rulesWithTracer(['net/http', ...imports], `var tracer = otel.Tracer("x")\n${body}`);
}

const WORK = 'func work(ctx context.Context) { _, span := tracer.Start(ctx, "work"); span.End() }';
const handler = (body: string): string => `func Handle(ctx context.Context) {\n\t${body}\n}\n${WORK}`;

describe('GO-CTX-BACKGROUND and what outlives a request', () => {
  it('finds it in goroutines and helpers that run for the request', async () => {
    for (const body of [
      'work(context.Background())',
      'go func() { work(context.Background()) }()',
      'func() { work(context.TODO()) }()',
      'group.Go(func() error { work(context.Background()); return nil })',
      'later := context.Background()\n\twork(later)',
      'later, cancel := context.WithTimeout(context.Background(), limit)\n\tdefer cancel()\n\twork(later)',
    ])
      assert.deepEqual(await rules(handler(body)), [RULE], body);
    const group =
      'group, later := errgroup.WithContext(context.Background())\n\tgroup.Go(func() error { work(later); return nil })';
    assert.deepEqual(await rules(handler(group), ['golang.org/x/sync/errgroup']), [RULE]);
    const tagged = 'later := metadata.AppendToOutgoingContext(context.Background(), "shop", "1")\n\twork(later)';
    assert.deepEqual(await rules(handler(tagged), ['google.golang.org/grpc/metadata']), [RULE]);
  });

  it('finds spans that are started for a request when its function ends', async () => {
    const start = '_, span := tracer.Start(context.Background(), "stop")\n\t\tspan.End()';
    for (const body of [`defer func() {\n\t\t${start}\n\t}()`, `defer func() {\n\t\tgo func() { ${start} }()\n\t}()`])
      assert.deepEqual(await rules(handler(body)), [RULE], body);
  });

  it('finds it where the context that a function takes has no name', async () => {
    const reset = (taken: string, name = 'Reset'): string =>
      `func Handle(w http.ResponseWriter, r *http.Request) { ${name}(r.Context(), "a") }
func ${name}(${taken}) { work(context.Background()) }\n${WORK}`;
    assert.deepEqual(await rules(reset('_ context.Context, id string')), [RULE]);
    assert.deepEqual(await rules(reset('context.Context, string')), [RULE]);
    assert.deepEqual(await rules(reset('_ context.Context, id string', 'Shutdown')), []);
    const unused = reset('_ context.Context, id string').replace(
      '{ work(context.Background()) }',
      '{ keep(context.TODO()) }',
    );
    assert.deepEqual(await rules(unused), []);
  });

  it('takes a function out of sight for work when it is handed a tracer', async () => {
    const hand = (given: string): string =>
      `func Handle(ctx context.Context, pool *Pool, tracer trace.Tracer) {\n\tctx, span := tracer.Start(ctx, "get")\n\tdefer span.End()\n` +
      `\tgo func() { pool.Return(context.Background(), ${given}) }()\n}`;
    assert.deepEqual(await rules(hand('tracer'), ['go.opentelemetry.io/otel/trace']), [RULE]);
    assert.deepEqual(await rules(hand('limit'), ['go.opentelemetry.io/otel/trace']), []);
  });

  it('is silent for closures that are kept, deferred, or run once for many', async () => {
    for (const body of [
      'buffer := newBuffer(func() { work(context.Background()) })\n\tbuffer.add(1)',
      'options.Credentials = func() { work(context.Background()) }',
      'defer func() { work(context.Background()) }()',
      'once.Do(func() { work(context.Background()) })',
      'time.AfterFunc(limit, func() { work(context.Background()) })',
    ])
      assert.deepEqual(await rules(handler(body)), [], body);
  });

  it('is silent for defaults, links, prompts, and where another context comes along', async () => {
    for (const body of [
      'if ctx == nil {\n\t\tctx = context.Background()\n\t}\n\twork(ctx)',
      'later := context.Background()\n\ttrace.SpanFromContext(ctx).AddLink(trace.LinkFromContext(later))\n\twork(later)',
      'stop := context.Background()\n\tstopCtx, cancel := context.WithCancel(stop)\n\tdefer cancel()\n\trun(ctx, stopCtx)',
      'Input(context.Background())',
    ])
      assert.deepEqual(
        await rules(
          `${handler(body)}\nfunc run(a, b context.Context) { work(a) }\nfunc Input(ctx context.Context) { work(ctx) }`,
        ),
        [],
        body,
      );
  });

  it('finds workflows of Temporal that are started without the request’s context', async () => {
    const start = (ctx: string): string => `type S struct{ c client.Client }
func (s *S) Create(ctx context.Context) { s.c.ExecuteWorkflow(${ctx}, client.StartWorkflowOptions{}, flow) }`;
    assert.deepEqual(await rules(start('context.Background()'), ['go.temporal.io/sdk/client']), [RULE]);
    assert.deepEqual(await rules(start('ctx'), ['go.temporal.io/sdk/client']), []);
  });

  it('finds a handler that asks what is not among the files', async () => {
    const serve = (call: string): string => `type Responder struct { Source Source }
func (rs Responder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := context.Background()
	${call}
}`;
    assert.deepEqual(await rules(serve('answer, err := rs.Source.Response(ctx, r.URL)')), [RULE]);
    assert.deepEqual(await rules(serve('rs.Source.Publish(ctx, r.URL)')), []);
    assert.deepEqual(await rules(serve('answer, err := rs.Source.Response(r.Context(), r.URL)')), []);
  });
});

describe('What shows that a Go process is traced', () => {
  const app = `package app

import "net/http"

func Handle(w http.ResponseWriter, r *http.Request) {
	req, _ := http.NewRequestWithContext(r.Context(), "GET", "http://stock/", nil)
	http.DefaultClient.Do(req)
}
`;
  const main = (setup: string, from: string): string =>
    `package main\n\nimport (\n\t"example.com/shop/app"\n\t"${from}"\n)\n\nfunc main() {\n\t${setup}\n\tserve(app.Handle)\n}\n`;
  const lint = async (text: string): Promise<readonly string[]> =>
    (await lintGo({ 'go.mod': TRACED['go.mod']!, 'main.go': text, 'app/app.go': app })).findings.map((one) => one.rule);

  it('is a set-up by another’s package, where the code uses OpenTelemetry itself', async () => {
    const from = 'github.com/acme/chassis/pkg/o11y';
    assert.deepEqual(await lint(main('o11y.Init(nil, "shop")', from)), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await lint(main('o11y.NewLogger()', from)), []);
    assert.deepEqual(await lint(main('kit.Init()', 'github.com/acme/kit')), []);
  });

  it('is no set-up that nothing calls', async () => {
    const telemetry = TRACED['internal/telemetry/telemetry.go']!;
    const files = (call: string): Record<string, string> => ({
      'go.mod': TRACED['go.mod']!,
      'internal/telemetry/telemetry.go': telemetry,
      'app/app.go': app,
      'main.go': `package main\n\nimport (\n\t"example.com/shop/app"\n\t_ "example.com/shop/internal/telemetry"\n)\n\nfunc main() {\n\t${call}\n\tserve(app.Handle)\n}\n`,
    });
    assert.deepEqual((await lintGo(files('telemetry.Setup()'))).short.length, 1);
    assert.deepEqual((await lintGo(files('// telemetry.Setup()'))).short, []);
    assert.deepEqual((await lintGo(files('start(telemetry.Setup)'))).short.length, 1);
  });
});

describe('GO-RPC-NO-HANDLER and grpc-gateway', () => {
  const dial = (options: string): string => `package app

import (
	"context"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

func Gateway(ctx context.Context, mux *runtime.ServeMux) error {
	opts := []grpc.DialOption{${options}}
	return todo.RegisterTodoHandlerFromEndpoint(ctx, mux, "todo:8081", opts)
}
`;

  it('finds the generated function that dials without the handler', async () => {
    assert.deepEqual((await lintApp(dial('grpc.WithBlock()'))).short, ['GO-RPC-NO-HANDLER app/app.go:13']);
    assert.deepEqual((await lintApp(dial('grpc.WithStatsHandler(otelgrpc.NewClientHandler())'))).short, []);
  });

  it('is silent where the options come from elsewhere', async () => {
    const given = dial('')
      .replace('opts := []grpc.DialOption{}\n\t', '')
      .replace('mux *runtime.ServeMux', 'mux *runtime.ServeMux, opts []grpc.DialOption');
    assert.deepEqual((await lintApp(given)).short, []);
  });
});
