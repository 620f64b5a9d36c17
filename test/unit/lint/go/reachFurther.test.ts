import assert from 'node:assert/strict';
import { lintApp } from './support';

const CALL = `func ask(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client := &http.Client{}
	client.Do(req)
}`;

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  const list = imports.map((one) => `\t"${one}"\n`).join('');
  return (await lintApp(`package app\n\nimport (\n${list})\n\nfunc Run() {}\n\n${body}\n`)).findings.map(
    ({ rule }) => rule,
  );
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
});
