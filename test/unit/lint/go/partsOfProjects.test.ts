import assert from 'node:assert/strict';
import { lintGo, rulesWithTracer as rules, TRACED } from './support';

const GIN = 'GO-CTX-BACKGROUND';
const DROP = 'GO-KAFKA-CONSUME-DROP';
const RECORD = 'github.com/twmb/franz-go/pkg/kgo';

describe('Interfaces of Go of whose implementations files are missing', () => {
  const handler = (
    more: string,
    method = 'Order(ctx context.Context, id string) error',
  ): string => `type Desk interface {
	${method}
	Cancel(ctx context.Context, id string) error
	Changes(ctx context.Context) <-chan string
}

func Routes(r *gin.RouterGroup, desk Desk) {
	r.Use(otelgin.Middleware("shop"))
	r.GET("/orders", func(c *gin.Context) { _ = desk.Order(c, c.Param("id")) })
}

func Run() { Routes(gin.New().Group("/"), nil) }

${more}
`;
  const imports = [
    'github.com/gin-gonic/gin',
    'go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin',
  ];
  const order = `type shop struct{}

func (s *shop) Order(ctx context.Context, id string) error {
	_, span := otel.Tracer("shop").Start(ctx, "order")
	span.End()
	return nil
}
`;
  const cancel = 'func (s *shop) Cancel(ctx context.Context, id string) error { return nil }\n';

  it('takes the type that has most of the methods by the same signatures', async () => {
    assert.deepEqual(await rules(imports, handler(order + cancel)), [GIN]);
  });

  it('takes none that has few of them, has others, or is one of two', async () => {
    assert.deepEqual(await rules(imports, handler(order)), []);
    const other = 'Order(ctx context.Context, id string, at time.Time) error';
    assert.deepEqual(await rules(['time', ...imports], handler(order + cancel, other)), []);
    const twice = (order + cancel).replace(/\bshop\b(?=[ {)])/g, 'store').replace('"shop"', '"store"');
    assert.deepEqual(await rules(imports, handler(order + cancel + twice)), []);
  });
});

describe('Messages that a loop of Go fetches one by one', () => {
  const worker = (take: string, before = '', given = 'ctx'): string => `type lane struct{ records []*kgo.Record }

func (l *lane) pop(ctx context.Context) (*kgo.Record, error) { return nil, nil }

func run(ctx context.Context, l *lane) error {
	${before}
	for {
		${take}
		handle(${given}, record)
	}
}

func handle(ctx context.Context, record *kgo.Record) {
	ctx, span := otel.Tracer("w").Start(ctx, "record")
	defer span.End()
	_ = ctx
}
`;

  it('have no context of theirs in that of the loop', async () => {
    assert.deepEqual(
      await rules([RECORD], worker('record, err := l.pop(ctx)\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}')),
      [DROP],
    );
  });

  it('are left alone where they come with a context, or from before the loop', async () => {
    const read = 'record, _ := l.pop(ctx)\n\t\tctx := contextOf(ctx, record)';
    assert.deepEqual(await rules([RECORD], worker(read)), []);
    assert.deepEqual(await rules([RECORD], worker('', 'record, _ := l.pop(ctx)')), []);
  });
});

describe('Names of contexts in Go', () => {
  const publish = (
    given: string,
    call = 'client.ProduceSync',
  ): string => `func Publish(ctx context.Context, client *kgo.Client, topic string) error {
	ctxWithTrace, span := otel.Tracer("outbox").Start(ctx, "publish")
	defer span.End()
	return ${call}(ctxWithTrace, ${given}).FirstErr()
}
`;

  it('are no helper that writes a context into a message', async () => {
    const found = await rules([RECORD], publish('&kgo.Record{Topic: topic}'));
    assert.deepEqual(found, ['GO-KAFKA-PRODUCE-NO-INJECT']);
  });

  it('let a helper be one', async () => {
    assert.deepEqual(await rules([RECORD], publish('withTrace(ctxWithTrace, topic)')), []);
  });
});

describe('Commands of Go that start a node by its name', () => {
  const files = (start: string, run: string): Record<string, string> => ({
    ...TRACED,
    'main.go': `package main

import (
	"example.com/shop/internal/telemetry"
	"example.com/shop/node"
	"example.com/shop/orders"
	"github.com/spf13/cobra"
)

var start = &cobra.Command{
	Use: "start",
	RunE: func(cmd *cobra.Command, args []string) error {
		telemetry.Setup()
		client := orders.Dial(args[0])
		return ${start}
	},
}

func main() { _ = start.Execute() }
`,
    'node/node.go': `package node

import "context"

func StartNode(ctx context.Context, client any) error { return nil }
`,
    'orders/orders.go': `package orders

import "google.golang.org/grpc"

func Dial(address string) *grpc.ClientConn {
	conn, _ := grpc.NewClient(address)
	return conn
}
`,
    'node/server.go': `package node

${run}
`,
  });
  const serve = 'import "net/http"\n\nfunc serve() { _ = http.ListenAndServe(":80", nil) }';
  const found = async (start: string, run: string): Promise<string[]> =>
    (await lintGo(files(start, run))).findings.map(({ rule }) => rule);

  it('are the node, whose connections go on with its traces', async () => {
    assert.deepEqual(await found('node.StartNode(cmd.Context(), client)', serve), ['GO-RPC-NO-HANDLER']);
  });

  it('are no node where they ask one to start', async () => {
    assert.deepEqual(await found('client.StartNode(&request{})', serve), []);
  });

  it('may be one where packages of another module of the repository are missing', async () => {
    const { 'go.mod': manifest, ...others } = files('node.StartNode(cmd.Context(), client)', '');
    const moved = Object.entries({ 'go.mod': manifest!, ...others }).map(([name, text]) => [
      `apps/grpc/${name}`,
      text
        .replace(/^module .*$/m, 'module github.com/acme/chain/apps/grpc')
        .replaceAll('example.com/shop', 'github.com/acme/chain/apps/grpc')
        .replace('import (', name === 'main.go' ? 'import (\n\t_ "github.com/acme/chain/config"' : 'import ('),
    ]);
    const { findings } = await lintGo(Object.fromEntries(moved) as Record<string, string>);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['GO-RPC-NO-HANDLER'],
    );
  });
});
