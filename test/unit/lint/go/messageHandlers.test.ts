import assert from 'node:assert/strict';
import { rulesWithTracer as rules } from './support';

const DROP = 'GO-KAFKA-CONSUME-DROP';
const BACKGROUND = 'GO-CTX-BACKGROUND';
const TOOLBOX = 'go.hollow.sh/toolbox/events';
const WATERMILL = 'github.com/ThreeDotsLabs/watermill/message';

describe('Handlers of messages in Go', () => {
  const handle = (context: string, before = ''): string => `type S struct{ ctx context.Context }
func (s *S) handle(m *message.Message) error {
	${before}
	ctx, span := otel.Tracer("sub").Start(${context}, "receive")
	defer span.End()
	return s.store(ctx, m.Payload)
}`;

  it('finds spans under a context of nothing, or one that was kept before', async () => {
    assert.deepEqual(await rules([WATERMILL], handle('context.Background()')), [DROP]);
    assert.deepEqual(await rules([WATERMILL], handle('s.ctx')), [DROP]);
    const variable = handle('base', 'base, cancel := context.WithTimeout(m.Context(), time.Second)\n\tdefer cancel()');
    assert.deepEqual(await rules([WATERMILL, 'time'], variable), []);
    assert.deepEqual(await rules([WATERMILL], handle('m.Context()')), []);
  });

  it('is silent where the context is extracted, also in a helper, or linked', async () => {
    const extract = 'base := otel.GetTextMapPropagator().Extract(context.Background(), carrier(m.Metadata))';
    assert.deepEqual(await rules([WATERMILL], handle('base', extract)), []);
    assert.deepEqual(await rules([WATERMILL], handle('events.TraceContextFromMessage(m)')), []);
    const linked = handle('context.Background(), "x", trace.WithLinks(trace.LinkFromContext(m.Context()))');
    assert.deepEqual(await rules([WATERMILL, 'go.opentelemetry.io/otel/trace'], linked), []);
  });

  const loop = (body: string, extract = ''): string => `type O struct{ broker events.Stream }
func (o *O) listen(ctx context.Context) {
	messages, _ := o.broker.Subscribe(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case msg := <-messages:
			${body}
		}
	}
}
func (o *O) process(ctx context.Context, event events.Message) {
	${extract}
	ctx, span := otel.Tracer("o").Start(ctx, "process")
	defer span.End()
	_ = ctx
}`;

  it('follows the context of the loop to what handles each message', async () => {
    assert.deepEqual(await rules([TOOLBOX], loop('o.process(ctx, msg)')), [DROP]);
    assert.deepEqual(
      await rules([TOOLBOX], loop('o.process(ctx, msg)', 'ctx = event.ExtractOtelTraceContext(ctx)')),
      [],
    );
    const own = 'ctx := contextOf(ctx, msg)\n\t\t\to.process(ctx, msg)';
    assert.deepEqual(await rules([TOOLBOX], loop(own)), []);
  });

  it('leaves handlers alone whose callers are out of sight', async () => {
    const alone = loop('').replace(/func \(o \*O\) listen[^]*?\n}\n/, '');
    assert.deepEqual(await rules([TOOLBOX], alone), []);
  });
});

describe('Contexts that end before a function in Go', () => {
  const labels = (caller: string): string => `type source interface {
	List(ctx context.Context, id string) ([]string, error)
}
type labels struct{ from source }
func (l labels) Names() ([]string, error) { return l.from.List(context.Background(), "x") }
${caller}`;

  it('finds what only handlers of requests call', async () => {
    const handler =
      'func serve(l labels) { http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { l.Names() }) }';
    assert.deepEqual(await rules(['net/http'], labels(handler)), [BACKGROUND]);
    const start = `${handler}\nfunc Start(l labels) { l.Names() }`;
    assert.deepEqual(await rules(['net/http'], labels(start)), []);
    assert.deepEqual(await rules([], labels('')), []);
  });

  it('finds what handlers call by the name of a parameter', async () => {
    const guarded = (hands: string, check: string): string =>
      labels(`func guard(check func() ([]string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { ${check} }
}
func routes(l labels) { ${hands} }`);
    assert.deepEqual(await rules(['net/http'], guarded('guard(l.Names)', 'check()')), [BACKGROUND]);
    assert.deepEqual(await rules(['net/http'], guarded('guard(l.Others)', 'check()')), []);
    assert.deepEqual(await rules(['net/http'], guarded('guard(l.Names)', 'other()')), []);
    const start = guarded('guard(l.Names)', 'check()').replace('return func', 'check()\n\treturn func');
    assert.deepEqual(await rules(['net/http'], start), []);
  });

  it('leaves what only measures', async () => {
    const measured = (
      options: string,
    ): string => `type store interface { Request(ctx context.Context, by ${options}) int }
type measures struct{ store store }
func (m measures) finish() { m.store.Request(context.Background(), nil) }
func serve(m measures) { http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { m.finish() }) }`;
    const imports = ['net/http', 'go.opentelemetry.io/otel/metric'];
    assert.deepEqual(await rules(imports, measured('...metric.AddOption')), []);
    assert.deepEqual(await rules(imports, measured('...option')), [BACKGROUND]);
  });

  it('finds it in methods of a type that is not among the files, which asks what it was given', async () => {
    const engine = (load: string, caller: string): string => `func (s *Server) engine() int {
	store := ${load}
	ctx, cancel := context.WithTimeout(context.Background(), 1)
	defer cancel()
	return store.Snapshot(ctx)
}
func (s *Server) serve(${caller}) { s.engine() }`;
    const request = 'w http.ResponseWriter, r *http.Request';
    assert.deepEqual(await rules(['net/http'], engine('s.app.Store()', request)), [BACKGROUND]);
    assert.deepEqual(await rules(['net/http'], engine('s.app.Store()', 'count int')), []);
    assert.deepEqual(await rules(['net/http'], engine('newStore()', request)), []);
  });

  it('finds spans that a store begins for each access', async () => {
    const store = (fn: string, given: string): Readonly<Record<string, string>> => ({
      'app/db/db.go': `package db

import (
	"context"
	"go.opentelemetry.io/otel"
)

func ${fn}(model any) error {
	_, span := otel.Tracer("db").Start(${given}, "db.create")
	defer span.End()
	return nil
}

func AddUser(name string) error { return ${fn}(name) }
`,
    });
    const use = 'func use() { db.AddUser("x") }';
    const db = ['example.com/shop/app/db'];
    assert.deepEqual(await rules(db, use, store('create', 'context.Background()')), [BACKGROUND]);
    assert.deepEqual(await rules(db, use, store('purgeExpired', 'context.Background()')), []);
    assert.deepEqual(await rules(db, use, store('create', 'contextOf(model)')), []);
  });

  it('finds a request that is given a context of nothing', async () => {
    const send = (given: string): string => `type hook struct{ client *http.Client }
func (h *hook) send(ctx context.Context, body string) error {
	ctx, span := otel.Tracer("hook").Start(ctx, "send")
	defer span.End()
	req, err := http.NewRequestWithContext(ctx, "POST", "http://orders/v1", nil)
	if err != nil {
		return err
	}
	req = req.WithContext(${given})
	_, err = h.client.Do(req)
	return err
}
func use() *hook { return &hook{client: &http.Client{Transport: otelhttp.NewTransport(nil)}} }`;
    const imports = ['net/http', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'];
    assert.deepEqual(await rules(imports, send('context.Background()')), [BACKGROUND]);
    assert.deepEqual(await rules(imports, send('context.WithoutCancel(ctx)')), []);
  });
});
