import assert from 'node:assert/strict';
import { lintApp, lintGo, rulesWithTracer, TRACED } from './support';

const RULE = 'GO-CTX-BACKGROUND';

async function rules(body: string, imports: readonly string[] = []): Promise<string[]> {
  return rulesWithTracer(['net/http', ...imports], `var tracer = otel.Tracer("x")\n${body}`);
}

const WORK = 'func work(ctx context.Context) { _, span := tracer.Start(ctx, "work"); span.End() }';

describe('GO-CTX-BACKGROUND where the request itself gets another context', () => {
  const OWN = `type Ctx struct {
	context.Context
	dir string
}
func Serve(w http.ResponseWriter, r *http.Request) { c := &Ctx{Context: r.Context()}; detach(c); work(c) }
${WORK}`;

  it('finds the context of what stands for a request replaced', async () => {
    for (const body of [
      'c.Context = context.Background()',
      'later, cancel := context.WithTimeout(context.Background(), limit)\n\tdefer cancel()\n\tc.Context = later',
    ])
      assert.deepEqual(await rules(`${OWN}\nfunc detach(c *Ctx) {\n\t${body}\n}`), [RULE], body);
  });

  it('is silent where the values stay, for defaults, and where it is used again for another', async () => {
    for (const body of [
      'c.Context = context.WithoutCancel(c.Context)',
      'if c.Context == nil {\n\t\tc.Context = context.Background()\n\t}',
      'd := &Ctx{}\n\td.Context = context.Background()',
    ])
      assert.deepEqual(await rules(`${OWN}\nfunc detach(c *Ctx) {\n\t${body}\n}`), [], body);
    assert.deepEqual(
      await rules(
        `${OWN.replace('detach(c)', 'recycle(c)')}\nfunc recycle(c *Ctx) {\n\tc.Context = context.Background()\n}`,
      ),
      [],
    );
  });

  it('finds the request that is answered handed on with a context of nothing', async () => {
    const handler = (given: string): string =>
      `func Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, ${given}) })
}`;
    assert.deepEqual(await rules(handler('r.WithContext(context.Background())')), [RULE]);
    assert.deepEqual(await rules(handler('r.Clone(context.Background())')), [RULE]);
    assert.deepEqual(await rules(handler('r.WithContext(r.Context())')), []);
  });

  it('takes writing the context into headers for work', async () => {
    const send = (context: string): string => `type msg struct{ headers map[string]string }
func fill(ctx context.Context, m *msg) { otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(m.headers)) }
func Send(ctx context.Context, m *msg) {
	later := ${context}
	fill(later, m)
}`;
    const imports = ['go.opentelemetry.io/otel/propagation'];
    assert.deepEqual(await rules(send('context.Background()'), imports), [RULE]);
    assert.deepEqual(await rules(send('ctx'), imports), []);
  });
});

describe('GO-CTX-BACKGROUND where not all files are at hand', () => {
  const files = (call: string): Record<string, string> => ({
    'app/app.go': `package app

import (
	"context"

	"example.com/shop/internal/stock"
)

func Run() {}

func Order(ctx context.Context, id string) error {
	check(ctx, id)
	return ${call}
}

func check(ctx context.Context, id string) {}

func reserve(ctx context.Context, id string) error { return stock.Reserve(ctx, id) }
`,
  });

  it('takes what is handed to a function of the repository out of sight for work', async () => {
    for (const call of ['stock.Reserve(context.Background(), id)', 'reserve(context.TODO(), id)']) {
      const { short } = await lintGo({ ...TRACED, ...files(call) });
      assert.deepEqual(short, [`${RULE} app/app.go:13`], call);
    }
  });

  it('does so neither where the file is at hand, nor for what goes on beside the request', async () => {
    const seen = {
      'internal/stock/stock.go':
        'package stock\n\nimport "context"\n\nfunc Reserve(ctx context.Context, id string) error { return nil }\n',
    };
    assert.deepEqual(
      (await lintGo({ ...TRACED, ...files('stock.Reserve(context.Background(), id)'), ...seen })).short,
      [],
    );
    for (const name of ['Publish', 'LogOrder', 'NewOrder', 'Close'])
      assert.deepEqual(
        (await lintGo({ ...TRACED, ...files(`stock.${name}(context.Background(), id)`) })).short,
        [],
        name,
      );
  });
});

describe('GO-RPC-NO-HANDLER of connections made by a helper', () => {
  const app = (options: string): string => `package app

import (
	"context"

	"google.golang.org/grpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
)

func Run(ctx context.Context) {
	options := []grpc.DialOption{${options}}
	dial(ctx, "stock:50051", options...)
	dial(ctx, "users:50051", options...)
}

func dial(ctx context.Context, addr string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	return grpc.DialContext(ctx, addr, opts...)
}
`;

  it('follows the options that its callers give', async () => {
    assert.deepEqual((await lintApp(app('grpc.WithInsecure()'))).short, ['GO-RPC-NO-HANDLER app/app.go:17']);
    assert.deepEqual((await lintApp(app('grpc.WithStatsHandler(otelgrpc.NewClientHandler())'))).short, []);
    const open = app('grpc.WithInsecure()').replaceAll(/\tdial\(.*\n/g, '');
    assert.deepEqual((await lintApp(open)).short, []);
  });

  it('finds those of a command that serves', async () => {
    const serving = (serve: string): Record<string, string> => ({
      ...TRACED,
      'main.go': `package main

import (
	"net/http"

	"example.com/shop/internal/telemetry"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
)

var serveCmd = &cobra.Command{
	Use: "serve",
	RunE: func(cmd *cobra.Command, args []string) error {
		telemetry.Setup()
		conn := connect("stock:50051")
		${serve}
		return conn.Close()
	},
}

func main() { serveCmd.Execute() }
`,
      'conn.go':
        'package main\n\nimport "google.golang.org/grpc"\n\nfunc connect(addr string) *grpc.ClientConn {\n\tconn, _ := grpc.NewClient(addr)\n\treturn conn\n}\n',
    });
    assert.deepEqual((await lintGo(serving('http.ListenAndServe(":80", nil)'))).short, ['GO-RPC-NO-HANDLER conn.go:6']);
    assert.deepEqual((await lintGo(serving('print(conn)'))).short, []);
  });
});

describe('GO-CTX-BACKGROUND in functions that trace what they do', () => {
  const under = (call: string, start = '_, span := tracer.Start(ctx, "load")\n\tdefer span.End()'): string =>
    `type Store struct{ profiles Profiles }
func (s *Store) Load(ctx context.Context, name string) error {
	${start}
	return ${call}
}`;

  it('takes what comes after the span for part of it, though nobody sees what it does', async () => {
    assert.deepEqual(await rules(under('s.profiles.Get(context.Background(), name)')), [RULE]);
    assert.deepEqual(await rules(under('s.profiles.Get(ctx, name)')), []);
    assert.deepEqual(await rules(under('s.profiles.Get(context.Background(), name)', 'check(name)')), []);
  });

  it('is silent for what tells, measures or ends, and for databases and clusters that make no spans', async () => {
    for (const call of [
      's.hits.Add(context.Background(), 1)',
      's.log.InfoContext(context.Background(), name)',
      's.profiles.Release(context.Background(), name)',
      's.cluster.BatchV1().CronJobs("shop").Delete(context.Background(), name)',
    ])
      assert.deepEqual(await rules(under(call)), [], call);
    const redis = under('s.rdb.Get(context.Background(), name)').replace('profiles Profiles', 'rdb *redis.Client');
    assert.deepEqual(await rules(redis, ['"github.com/redis/go-redis/v9"']), []);
  });

  it('knows the context that a struct holds, and one that is put into what works next', async () => {
    const job = (context: string): string => `type Job struct { ctx context.Context; id string }
func Serve(w http.ResponseWriter, r *http.Request) { handle(&Job{ctx: r.Context()}) }
func handle(job *Job) { runner.WithContext(${context}).Run(job.id) }`;
    assert.deepEqual(await rules(job('context.Background()')), [RULE]);
    assert.deepEqual(await rules(job('job.ctx')), []);
    assert.deepEqual(await rules(job('context.Background()').replace('runner.', 'logger.')), []);
    const server = `type Server struct { ctx context.Context; id string }
func begin(s *Server) { runner.WithContext(context.Background()).Run(s.id) }`;
    assert.deepEqual(await rules(server), []);
  });
});
