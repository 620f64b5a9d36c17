import assert from 'node:assert/strict';
import { goCheck } from '../../../../src/lint/go/check';
import { findingsIn, lintApp } from './support';

const CALL = `func ask(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client := &http.Client{}
	client.Do(req)
}`;

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  return (await findingsIn(imports, `func Run() {}\n\n${body}`)).map(({ rule }) => rule);
}

describe('What else serves requests and sends in Go', () => {
  it('takes a struct with the request and its answer for a request', async () => {
    const handler = `type Context struct {
	http.ResponseWriter
	*http.Request
}

func Handle(req Context) error {
	ask(req.Request.Context())
	return nil
}`;
    const imports = ['context', 'net/http'];
    assert.deepEqual(await rules(imports, `${handler}\n\n${CALL}`), ['GO-HTTP-PLAIN-CLIENT']);
    const atStart = handler.replace('http.ResponseWriter\n\t*http.Request', 'Request *http.Request');
    assert.deepEqual(await rules(imports, `${atStart}\n\n${CALL}`), []);
  });

  it('knows that fasthttp sends only what is put into its requests', async () => {
    const send = (more: string): string => `var client fasthttp.Client

func Ask(ctx context.Context) error {
	ctx, span := otel.Tracer("app").Start(ctx, "ask")
	defer span.End()
	req := fasthttp.AcquireRequest()
	req.SetRequestURI("http://stock:8080/items")
	${more}
	return client.Do(req, fasthttp.AcquireResponse())
}`;
    const imports = ['context', 'github.com/valyala/fasthttp', 'go.opentelemetry.io/otel'];
    assert.deepEqual(await rules(imports, send('')), ['GO-HTTP-PLAIN-CLIENT']);
    const injected = 'otel.GetTextMapPropagator().Inject(ctx, headerCarrier{&req.Header})';
    assert.deepEqual(await rules(imports, send(injected)), []);
  });

  it('tells of jobs of asynq that its own workers take', async () => {
    const enqueue = `type queue struct{ client *asynq.Client }

func (q *queue) Add(ctx context.Context, body []byte) error {
	ctx, span := otel.Tracer("app").Start(ctx, "add")
	defer span.End()
	_, err := q.client.EnqueueContext(ctx, asynq.NewTask("mail", body))
	return err
}`;
    const worker = 'func Mail(ctx context.Context, task *asynq.Task) error { return nil }';
    const imports = ['context', 'github.com/hibiken/asynq', 'go.opentelemetry.io/otel'];
    assert.deepEqual(await rules(imports, `${enqueue}\n\n${worker}`), ['MSG-NO-INJECT']);
    assert.deepEqual(await rules(imports, enqueue), []);
  });

  it('tells once of a job that is enqueued again, where it is made', async () => {
    const queue = `package app

import "github.com/hibiken/asynq"

type queue struct{ client *asynq.Client }

func (q *queue) Write(body []byte) error {
	task := asynq.NewTask("mail", body)
	if _, err := q.client.Enqueue(task); err == nil {
		return nil
	}
	_, err := q.client.Enqueue(task)
	return err
}
`;
    const app = `package app

import (
	"context"
	"github.com/hibiken/asynq"
)

func Handle(ctx context.Context, q *queue) { q.Write(nil) }
func Mail(ctx context.Context, task *asynq.Task) error { return nil }
`;
    const { short } = await lintApp(app, { 'app/queue.go': queue });
    assert.deepEqual(short, ['MSG-NO-INJECT app/queue.go:8']);
  });

  it('reads all files of a process, as each may hand a request on', () => {
    assert.ok(goCheck.prefilter.test('// Shop.\npackage shop\n\nfunc (real) Stock() int { return stock.Count() }\n'));
  });

  const ask = (over: string, type: string): string => `type ${type} struct {
	Headers  []header
	endpoint string
}
func (h *${type}) Call(ctx context.Context, headers []header) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", h.endpoint, nil)
	for _, one := range ${over} {
		req.Header.Set(one.Name, one.Value)
	}
	_, err := http.DefaultClient.Do(req)
	return err
}`;

  it('tells headers that are set for all requests from those of one that is handed on', async () => {
    const imports = ['context', 'net/http'];
    assert.deepEqual(await rules(imports, ask('h.Headers', 'Lookup')), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await rules(imports, ask('headers', 'Lookup')), []);
    assert.deepEqual(await rules(imports, ask('h.Headers', 'ForwardedRequest')), []);
  });

  it('takes who is told with a span of kind producer for one that goes on with the trace', async () => {
    const notifier = (kind: string): Readonly<Record<string, string>> => ({
      'app/notifier.go': `package app

import (
	"context"
	"net/http"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

func Tell(ctx context.Context, orderEndpoint string) error {
	ctx, span := otel.Tracer("app").Start(ctx, "tell", trace.WithSpanKind(trace.SpanKind${kind}))
	defer span.End()
	_, err := http.Post(orderEndpoint, "application/json", nil)
	return err
}
`,
    });
    const found = async (kind: string): Promise<readonly string[]> =>
      (await lintApp('package app\n\nfunc Run() {}\n', notifier(kind))).short;
    assert.deepEqual(await found('Producer'), ['GO-HTTP-PLAIN-CLIENT app/notifier.go:13']);
    assert.deepEqual(await found('Internal'), []);
  });
});
