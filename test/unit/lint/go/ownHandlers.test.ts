import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { lintApp, lintGo, TRACED } from './support';

const DIALS = `package app

import (
	"context"

	"example.com/shop/pb"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/stats"
)
`;

describe('Options of gRPC clients that the own code makes', () => {
  const dial = (handler: string, more: string): string => `${DIALS}
func Stock(ctx context.Context) error {
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())${handler}}
	options = withTracing(options)
	conn, err := grpc.NewClient("stock:9000", options...)
	if err != nil {
		return err
	}
	_, err = pb.NewStockClient(conn).Get(ctx, nil)
	return err
}
${more}`;
  const adds = (option: string): string => `
func withTracing(options []grpc.DialOption) []grpc.DialOption {
	if enabled {
		options = append(options, ${option})
	}
	return options
}
`;
  const logs = (body: string): string => `
type connectionLog struct{}

func (l *connectionLog) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context { ${body} }
func (l *connectionLog) HandleRPC(ctx context.Context, s stats.RPCStats)                     { println("rpc") }
`;

  it('sees what a helper puts into the list that it is given', async () => {
    const covered = dial('', adds('grpc.WithStatsHandler(otelgrpc.NewClientHandler())'));
    assert.deepEqual((await lintApp(covered)).short, []);
    const bare = dial('', adds('grpc.WithUserAgent("shop")'));
    assert.deepEqual((await lintApp(bare)).short, ['GO-RPC-NO-HANDLER app/app.go:16']);
  });

  it('mends all branches of a choice at once', async () => {
    const choice = `${DIALS.replace(/\t"go\.opentelemetry[^\n]*\n/, '')}
func Stock(secure bool) (*grpc.ClientConn, error) {
	if secure {
		return grpc.NewClient("stock:9000", grpc.WithTransportCredentials(creds))
	}
	return grpc.NewClient("stock:9000", grpc.WithTransportCredentials(insecure.NewCredentials()))
}
`;
    const { findings, short } = await lintApp(choice);
    assert.deepEqual(short, ['GO-RPC-NO-HANDLER app/app.go:14']);
    const mended = applyFix({ 'app/app.go': choice }, findings[0]!.finding)['app/app.go']!;
    assert.equal(mended.split('grpc.WithStatsHandler(otelgrpc.NewClientHandler()), ').length, 3, mended);
    assert.equal(mended.split('google.golang.org/grpc/otelgrpc"').length, 2, mended);
    assert.deepEqual((await lintApp(mended)).short, []);
  });

  it('leaves functions alone whose callers may give more', async () => {
    const open = `${DIALS}
func Dial(ctx context.Context, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	options = append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))
	return grpc.NewClient("stock:9000", options...)
}
`;
    assert.deepEqual((await lintApp(open)).short, []);
  });

  it('looks into handlers of the own code: some only log', async () => {
    const silent = adds('grpc.WithUserAgent("shop")');
    const own = ', grpc.WithStatsHandler(&connectionLog{})';
    const logging = dial(own, silent + logs('return ctx'));
    assert.deepEqual((await lintApp(logging)).short, ['GO-RPC-NO-HANDLER app/app.go:16']);
    const injecting = dial(own, silent + logs('otel.GetTextMapPropagator().Inject(ctx, carrier); return ctx'));
    assert.deepEqual((await lintApp(injecting)).short, []);
    assert.deepEqual((await lintApp(dial(own, silent))).short, [], 'a handler that is not in view');
  });
});

describe('Connect clients of commands', () => {
  it('leaves commands of the server’s binary alone', async () => {
    const client = (imports: string, uses: string): string => `package app

import (
	"context"
	"net/http"
${imports}
	"example.com/shop/stockconnect"
)

func Stock(ctx context.Context) {
	stockconnect.NewStockServiceClient(http.DefaultClient, "http://stock:9000").Get(ctx, nil)
}
${uses}`;
    const generated = {
      'stockconnect/stock.connect.go':
        'package stockconnect\n\nfunc NewStockServiceClient(httpClient connect.HTTPClient, baseURL string, opts ...connect.ClientOption) StockServiceClient { return nil }\n',
    };
    assert.deepEqual((await lintApp(client('', ''), generated)).short, ['GO-RPC-NO-HANDLER app/app.go:11']);
    const command = client('\t"github.com/spf13/cobra"', '\nvar stock = &cobra.Command{Use: "stock"}\n');
    assert.deepEqual((await lintApp(command, generated)).short, []);
  });
});

describe('Requests that need no context', () => {
  const asks = (url: string): string => `package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

var baseURL = os.Getenv("STOCK_URL")
var client = &http.Client{}

func Stock(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", ${url}, nil)
	client.Do(req)
}

var _ = fmt.Sprint
`;

  it('leaves questions for the state of others alone, but not those for things of that name', async () => {
    assert.deepEqual((await lintApp(asks('baseURL + "/status"'))).short, []);
    assert.deepEqual((await lintApp(asks('fmt.Sprintf("%s/healthz", baseURL)'))).short, []);
    assert.deepEqual((await lintApp(asks('baseURL + "/orders/status"'))).short, ['GO-HTTP-PLAIN-CLIENT app/app.go:11']);
  });

  it('leaves checks of whether others are ready alone', async () => {
    const more = (file: string): Promise<readonly string[]> =>
      lintApp('package app\n\nfunc Run() {}\n', { [file]: asks('baseURL') }).then(({ short }) => short);
    assert.deepEqual(await more('app/orders.go'), ['GO-HTTP-PLAIN-CLIENT app/orders.go:11']);
    for (const file of ['app/readyz_checkers.go', 'app/health_check.go', 'app/livez.go'])
      assert.deepEqual(await more(file), [], file);
  });

  it('leaves clients alone that ask processes of the same machine', async () => {
    const own = `${asks('baseURL + "/orders"')}
func address(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }
`;
    assert.deepEqual((await lintApp(own)).short, []);
  });
});

describe('Providers that are kept', () => {
  const telemetry = (more: string): Record<string, string> => ({
    ...TRACED,
    'internal/telemetry/telemetry.go': `package telemetry

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/httptrace/otelhttptrace"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func Setup() {
	tp := sdktrace.NewTracerProvider()
	tracer = tp.Tracer("shop")
}

${more}
`,
  });
  const extract = (options: string): string => `func Serve(r *http.Request) {
	_, _, parent := otelhttptrace.Extract(r.Context(), r${options})
	tracer.Start(trace.ContextWithRemoteSpanContext(r.Context(), parent), "serve")
}`;

  it('need a propagator where requests are read by that of the process', async () => {
    assert.deepEqual((await lintGo(telemetry(extract('')))).short, [
      'GO-PROP-UNSET internal/telemetry/telemetry.go:15',
    ]);
    assert.deepEqual((await lintGo(telemetry(extract(', otelhttptrace.WithPropagators(own)')))).short, []);
    const set = `${extract('')}\n\nfunc init() { otel.SetTextMapPropagator(own) }`;
    assert.deepEqual((await lintGo(telemetry(set))).short, []);
  });
});

describe('Messages of handlers without a context of their own', () => {
  const sends = (fields: string): string => `package app

import (
	"context"

	"github.com/nats-io/nats.go"
)

var conn *nats.Conn

type Checkout struct {
${fields}
}

func (s *Checkout) Handle(order *Order) {
	s.pay(s.ctx, order)
	conn.PublishMsg(&nats.Msg{Subject: "orders", Data: order.Bytes()})
}
`;

  it('finds them in what is made for each request with its context', async () => {
    assert.deepEqual((await lintApp(sends('\tctx context.Context'))).short, ['MSG-NO-INJECT app/app.go:17']);
    const server = sends('\tctx context.Context\n\tlog *Logger\n\tstore *Store');
    assert.deepEqual((await lintApp(server)).short, []);
  });

  it('knows the topics of gocloud.dev', async () => {
    const text = `package app

import (
	"context"

	"gocloud.dev/pubsub"
)

type Broker struct {
	topics map[string]*pubsub.Topic
}

func (b *Broker) Publish(ctx context.Context, name string, body []byte) error {
	topic := b.topics[name]
	return topic.Send(ctx, &pubsub.Message{Body: body, Metadata: map[string]string{"name": name}})
}
`;
    assert.deepEqual((await lintApp(text)).short, ['MSG-NO-INJECT app/app.go:15']);
  });
});

describe('Messages that need no context', () => {
  const publishes = (name: string, more = ''): string => `package app

import (
	"context"

	"github.com/nats-io/nats.go"
)

type Bus struct {
	conn *nats.Conn
}

func (b *Bus) ${name}(ctx context.Context, subject string, payload []byte) error {
	return b.conn.Publish(subject, payload)
}
${more}`;

  it('leaves bytes alone where the package’s messages have a place for the context', async () => {
    assert.deepEqual((await lintApp(publishes('Send'))).short, ['MSG-NO-INJECT app/app.go:14']);
    const envelope = publishes('Send', '\ntype Event struct {\n\tID          string\n\tTraceParent string\n}\n');
    assert.deepEqual((await lintApp(envelope)).short, []);
  });

  it('leaves what is told at the start, and what goes to customers’ queues, alone', async () => {
    assert.deepEqual((await lintApp(publishes('start'))).short, []);
    const destination = { 'destinations/nats.go': publishes('Send').replace('package app', 'package destinations') };
    assert.deepEqual((await lintApp('package app\n\nfunc Run() {}\n', destination)).short, []);
  });
});
