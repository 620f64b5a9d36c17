import assert from 'node:assert/strict';
import { lintApp, lintGo, TRACED } from './support';

function app(imports: string, body: string): string {
  return `package app\n\nimport (\n\t"context"\n\t"net/http"\n${imports})\n\n${body}\n`;
}

async function rules(imports: string, body: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return (await lintApp(app(imports, body), more)).findings.map((one) => one.rule);
}

const GRPC =
  '\t"google.golang.org/grpc"\n\t"go.opencensus.io/plugin/ocgrpc"\n\t"example.com/shop/rpclog"\n\t"example.com/shop/rpcs"\n';

describe('gRPC clients of Go and what their options come from', () => {
  it('takes handlers of OpenCensus for none, unless a bridge makes their spans ours', async () => {
    const dial = 'func Dial(addr string) { grpc.NewClient(addr, grpc.WithStatsHandler(&ocgrpc.ClientHandler{})) }';
    assert.deepEqual(await rules(GRPC, dial), ['GO-RPC-NO-HANDLER']);
    const bridge = { 'app/bridge.go': 'package app\n\nimport _ "go.opentelemetry.io/otel/bridge/opencensus"\n' };
    assert.deepEqual(await rules(GRPC, dial, bridge), []);
  });

  it('follows a helper with further options to those it is given, and interceptors that log', async () => {
    const dial = (given: string): string => `func Dial(addr string) { grpc.NewClient(addr, options("x"${given})...) }

func options(name string, extra ...grpc.DialOption) []grpc.DialOption {
	opts := []grpc.DialOption{grpc.WithUnaryInterceptor(rpclog.LogRequests)}
	opts = append(opts, extra...)
	return opts
}`;
    assert.deepEqual(await rules(GRPC, dial('')), ['GO-RPC-NO-HANDLER']);
    assert.deepEqual(await rules(GRPC, dial(', others...')), []);
    assert.deepEqual(await rules(GRPC, dial('').replace('rpclog.LogRequests', 'rpcs.Unary')), []);
  });

  it('follows lists of interceptors to methods of the own code', async () => {
    const dial = (body: string): string => `type meta struct{}

func (m *meta) Unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	${body}
	return invoker(ctx, method, req, reply, cc, opts...)
}

func Dial(addr string) {
	one := meta{}
	all := []grpc.UnaryClientInterceptor{one.Unary}
	grpc.NewClient(addr, grpc.WithChainUnaryInterceptor(all...))
}`;
    assert.deepEqual(await rules(GRPC, dial('ctx = stamped(ctx)')), ['GO-RPC-NO-HANDLER']);
    const injects = 'propagator.Inject(ctx, carrier)';
    assert.deepEqual(await rules(`${GRPC}\t"go.opentelemetry.io/otel/propagation"\n`, dial(injects)), []);
    assert.deepEqual(await rules(GRPC, dial('').replace('{one.Unary}', '{others.Unary}')), []);
  });

  it('tells connections of one function apart by their addresses', async () => {
    const dial = (second: string): string => `func Dial(ctx context.Context, o options) {
	grpc.DialContext(ctx, o.StockAddr)
	grpc.DialContext(ctx, ${second})
}`;
    assert.deepEqual(await rules(GRPC, dial('o.BillingAddr')), ['GO-RPC-NO-HANDLER', 'GO-RPC-NO-HANDLER']);
    assert.deepEqual(await rules(GRPC, dial('o.StockAddr, grpc.WithBlock()')), ['GO-RPC-NO-HANDLER']);
  });

  it('takes clients that Connect writes for the own services for no vendor’s', async () => {
    const clients = (from: string): Promise<string[]> =>
      rules(
        `\t"${from}"\n`,
        `func Clients(cfg Config) {
	vaultconnect.NewVaultServiceClient(&http.Client{}, cfg.Vault.URL)
}`,
      );
    assert.deepEqual(await clients('example.com/shop/gen/vaultconnect'), ['GO-RPC-NO-HANDLER']);
    assert.deepEqual(await clients('github.com/acme/api/vaultconnect'), []);
  });

  it('reads services that commands begin', async () => {
    const dials = (run: string): Record<string, string> => ({
      'cli/orders.go': `package cli

import (
	"net/http"

	"github.com/urfave/cli/v2"
	"google.golang.org/grpc"
)

func RunOrders(c *cli.Context) error {
	conn, err := grpc.NewClient(c.String("stock"))
	if err != nil {
		return err
	}
	return ${run}
}
`,
    });
    const none = 'func Run() { cli.RunOrders(nil) }';
    const imports = '\t"example.com/shop/cli"\n';
    assert.deepEqual(await rules(imports, none, dials('http.ListenAndServe(":80", orders(conn))')), [
      'GO-RPC-NO-HANDLER',
    ]);
    assert.deepEqual(await rules(imports, none, dials('ask(conn)')), []);
  });

  it('leaves connections for exporters alone, however they get there', async () => {
    const made = `func connect(addr string) (*grpc.ClientConn, error) { return grpc.NewClient(addr) }

func Export(ctx context.Context) {
	conn, _ := connect("http://elsewhere:4317")
	start(ctx, conn)
}

func start(ctx context.Context, conn *grpc.ClientConn) { otlptracegrpc.New(ctx, otlptracegrpc.WithGRPCConn(conn)) }`;
    assert.deepEqual(await rules(GRPC, made), []);
    const alsoOrders = made.replace('start(ctx, conn)\n', 'start(ctx, conn)\n\tpb.NewOrdersClient(conn)\n');
    assert.deepEqual(await rules(GRPC, alsoOrders), ['GO-RPC-NO-HANDLER']);
  });

  it('leaves connections that only commands ask for alone, but not those of a server that is a command', async () => {
    const main = (starts: string): Record<string, string> => ({
      ...TRACED,
      'main.go': `package main

import (
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"example.com/shop/internal/telemetry"
)

func main() {
	telemetry.Setup()
	${starts}
	gateway("orders:9000")
}

func gateway(addr string) { grpc.NewClient(addr) }
`,
      'client.go':
        'package main\n\nimport "google.golang.org/grpc"\n\nfunc ask(addr string) { connection(addr) }\n\nfunc connection(addr string) { grpc.NewClient(addr) }\n',
    });
    assert.deepEqual((await lintGo(main('cmd.Execute()'))).short, []);
    assert.deepEqual((await lintGo(main('NewGRPCServer().Start()'))).short, ['GO-RPC-NO-HANDLER main.go:15']);
  });
});

describe('Programs of commands', () => {
  const tool = (serves: string, app = 'app.Run()'): Record<string, string> => ({
    ...TRACED,
    'main.go': `package main

import (
	"example.com/shop/app"
	"example.com/shop/internal/telemetry"
	"github.com/spf13/cobra"
)

func main() {
	telemetry.Setup()
	${app}
}
`,
    'app/app.go': `package app

import (
	"context"
	"net/http"
)

var client = &http.Client{}

func Run() { ask(context.Background(), "http://orders:80") }

func ask(ctx context.Context, baseURL string) {
	req, _ := http.NewRequestWithContext(ctx, "GET", baseURL, nil)
	client.Do(req)
}

func Handle(w http.ResponseWriter, r *http.Request) { ask(r.Context(), "http://orders:80") }

func serve() { ${serves} }
`,
  });

  it('have no part in requests unless they serve, take something in, or are not seen whole', async () => {
    const found = ['GO-HTTP-PLAIN-CLIENT app/app.go:8'];
    assert.deepEqual((await lintGo(tool(''))).short, []);
    for (const serves of ['http.ListenAndServe(":80", nil)', 'conn.Subscribe("orders", take)'])
      assert.deepEqual((await lintGo(tool(serves))).short, found, serves);
    const cut = tool('');
    cut['main.go'] = cut['main.go']!.replace(
      '"example.com/shop/app"',
      '"example.com/shop/app"\n\t"example.com/shop/cut"',
    );
    assert.deepEqual((await lintGo(cut)).short, found);
  });
});

describe('What no request of the own system goes through', () => {
  it('leaves connections for health checks alone', async () => {
    const dial = (client: string): string => `func Check(addr string) {
	conn, err := grpc.NewClient(addr)
	use(${client}, err)
}`;
    assert.deepEqual(await rules(GRPC, dial('grpc_health_v1.NewHealthClient(conn)')), []);
    for (const more of ['pb.NewOrdersClient(conn)', 'register(ctx, conn, grpc_health_v1.NewHealthClient(conn))'])
      assert.deepEqual(await rules(GRPC, dial(more)), ['GO-RPC-NO-HANDLER'], more);
  });

  it('takes a connection that is asked for health and then handed on for one of the own system', async () => {
    const dial = (rest: string): string => `func Dial(addr string) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient(addr)
	if err != nil {
		return nil, err
	}
	health := grpc_health_v1.NewHealthClient(conn)
	${rest}
}`;
    for (const rest of [
      'return conn, check(health)',
      'return &Client{conn: conn}, nil',
      'held = conn\n\treturn nil, nil',
    ])
      assert.deepEqual(await rules(GRPC, dial(rest)), ['GO-RPC-NO-HANDLER'], rest);
    for (const rest of ['return nil, conn.Close()', 'defer conn.Close()\n\treturn nil, check(health)'])
      assert.deepEqual(await rules(GRPC, dial(rest)), [], rest);
  });

  it('leaves signed addresses and sockets of the machine alone', async () => {
    const put = (url: string, transport = ''): string => `func Put(ctx context.Context, baseURL string) {
	url := ${url}
	client := &http.Client{Transport: &http.Transport{${transport}}}
	req, _ := http.NewRequestWithContext(ctx, "PUT", url, nil)
	client.Do(req)
}`;
    assert.deepEqual(await rules('', put('baseURL + "/put"')), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await rules('', put('getSignedURL(baseURL)')), []);
    const socket = 'DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial("unix") }';
    assert.deepEqual(await rules('', put('baseURL + "/put"', socket)), []);
  });
});

describe('HTTP clients of Go whose transports come from elsewhere', () => {
  const CLIENT = (transport: string): string => `type Fetcher struct{ client *http.Client }

func NewFetcher() *Fetcher {
	_, transport, _ := resolve()
	return &Fetcher{client: &http.Client{Transport: transport}}
}

func (f *Fetcher) Keys(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://authenticate/keys", nil)
	f.client.Do(req)
}

func resolve() (string, ${transport}, error) {
	return "http://authenticate", elsewhere.Transport(), nil
}`;

  it('follows the second result of a function, and knows a bare transport by its type', async () => {
    const imports = '\t"example.com/shop/elsewhere"\n';
    assert.deepEqual(await rules(imports, CLIENT('*http.Transport')), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await rules(imports, CLIENT('http.RoundTripper')), []);
    const wrapped = CLIENT('http.RoundTripper').replace('elsewhere.Transport()', 'otelhttp.NewTransport(nil)');
    const otelhttp = '\t"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"\n';
    assert.deepEqual(await rules(otelhttp, wrapped), []);
  });

  it('ends where wrappers are wrapped in circles', async () => {
    const circle = `func Send(ctx context.Context) {
	client := &http.Client{}
	client.Transport = auth.NewTokenTransport(client.Transport, logs.NewLoggingTransport(client.Transport))
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`;
    assert.deepEqual(await rules('\t"example.org/auth"\n\t"example.org/logs"\n', circle), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('finds wrappers that make the span themselves and forget its context', async () => {
    const middleware = (inject: string): string => `type tripper func(*http.Request) (*http.Response, error)

func Middleware(next http.RoundTripper) http.RoundTripper {
	return tripper(func(req *http.Request) (*http.Response, error) {
		ctx, span := tracer.Start(req.Context(), "send", trace.WithSpanKind(trace.SpanKindClient))
		defer span.End()
		${inject}
		return next.RoundTrip(req.WithContext(ctx))
	})
}`;
    assert.deepEqual(await rules('', middleware('')), ['GO-HTTP-PLAIN-CLIENT']);
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))';
    assert.deepEqual(await rules('', middleware(inject)), []);
    const wrapped = { 'app/client.go': 'package app\n\nvar transport = otelhttp.NewTransport(Middleware(nil))\n' };
    assert.deepEqual(await rules('', middleware(''), wrapped), []);
  });
});

describe('Propagators of set-ups to choose from', () => {
  const way = (name: string, propagator: boolean): string => `package telemetry

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

type ${name} struct{}

func (t *${name}) Init() {
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
${propagator ? '\totel.SetTextMapPropagator(propagation.TraceContext{})\n' : ''}}
`;
  const project = (second: boolean): Record<string, string> => ({
    ...TRACED,
    'internal/telemetry/telemetry.go':
      'package telemetry\n\ntype Backend interface{ Init() }\n\nfunc Setup() {\n\tvar b Backend = &Plain{}\n\tb.Init()\n}\n',
    'internal/telemetry/plain.go': way('Plain', true),
    'internal/telemetry/vendor.go': way('Vendor', second),
  });

  it('finds the one that sets none where the others do', async () => {
    assert.deepEqual((await lintGo(project(false))).short, ['GO-PROP-UNSET internal/telemetry/vendor.go:12']);
    assert.deepEqual((await lintGo(project(true))).short, []);
  });

  it('is silent where a propagator is set for all of them, or nobody knows', async () => {
    const shared = project(false);
    shared['internal/telemetry/telemetry.go'] = shared['internal/telemetry/telemetry.go']!.replace(
      'package telemetry\n',
      'package telemetry\n\nimport "go.opentelemetry.io/otel"\n',
    ).replace('\tb.Init()', '\totel.SetTextMapPropagator(chosen())\n\tb.Init()');
    assert.deepEqual((await lintGo(shared)).short, []);
  });

  it('does not take helpers that start a span for set-ups of others', async () => {
    const files: Record<string, string> = { ...TRACED };
    const telemetry = 'internal/telemetry/telemetry.go';
    files[telemetry] = files[telemetry]!.replace('\totel.SetTextMapPropagator(propagation.TraceContext{})\n', '');
    files['app/app.go'] =
      'package app\n\nimport (\n\t"net/http"\n\t"example.com/shop/monitoring/tracing/trace"\n)\n\nfunc Run() {\n\ttrace.StartSpan(nil, "run")\n\thttp.ListenAndServe(":80", nil)\n}\n';
    assert.deepEqual((await lintGo(files)).short, [`GO-PROP-UNSET ${telemetry}:11`]);
  });
});

describe('Contexts of nothing given to handlers', () => {
  const invoke = (context: string): string => `func (m *Manager) Invoke(ctx context.Context, name string) {
	handler, ok := m.handlers[name]
	if !ok {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeoutCause(${context}, hour, nil)
		defer cancel()
		handler(ctx, name)
	}()
}`;

  it('finds a registered handler that is run outside of the trace, also with a logger in the context', async () => {
    assert.deepEqual(await rules('', invoke('context.Background()')), ['GO-CTX-BACKGROUND']);
    const ctxzap = '\t"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"\n';
    const logged = 'ctxzap.ToContext(context.Background(), ctxzap.Extract(ctx))';
    assert.deepEqual(await rules(ctxzap, invoke(logged)), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules('', invoke('context.WithoutCancel(ctx)')), []);
    const kept = 'trace.ContextWithSpanContext(context.Background(), trace.SpanContextFromContext(ctx))';
    assert.deepEqual(await rules('', invoke(kept)), []);
  });
});
