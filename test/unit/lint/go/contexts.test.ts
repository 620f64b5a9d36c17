import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { findingsIn, lintApp } from './support';

const IMPORTS =
  'import (\n\t"context"\n\t"net/http"\n\n\t"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"\n\t"go.opentelemetry.io/otel"\n\t"go.opentelemetry.io/otel/propagation"\n)\n';

function app(body: string): string {
  return `package app\n\n${IMPORTS}\nvar tracer = otel.Tracer("app")\nvar client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}\n\n${body}\n`;
}

async function rules(body: string): Promise<string[]> {
  return (await lintApp(app(body))).findings.map((one) => one.rule);
}

describe('GO-HTTP-REQ-NO-CTX', () => {
  const request = (params: string, after = ''): string =>
    app(`func Stock(${params}) {
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	${after}
	client.Do(req)
}`);

  it('finds it besides a bare client, which alone would mend nothing', async () => {
    const both = (make: string): string =>
      app(`type Stock struct{ client *http.Client; baseURL string }
func New(url string) *Stock { return &Stock{baseURL: url, client: &http.Client{Timeout: 5}} }
func (s *Stock) Count(ctx context.Context) error {
	req, _ := ${make}
	_, err := s.client.Do(req)
	return err
}`);
    assert.deepEqual(
      (await lintApp(both('http.NewRequest("GET", s.baseURL, nil)'))).findings.map(({ rule }) => rule),
      ['GO-HTTP-PLAIN-CLIENT', 'GO-HTTP-REQ-NO-CTX'],
    );
    const together = app(`func Count(ctx context.Context, baseURL string) error {
	client := &http.Client{Timeout: 5}
	req, _ := http.NewRequest("GET", baseURL, nil)
	_, err := client.Do(req)
	return err
}`);
    assert.deepEqual(
      (await lintApp(together)).findings.map(({ rule }) => rule),
      ['GO-HTTP-PLAIN-CLIENT'],
    );
    const withContext = both('http.NewRequestWithContext(ctx, "GET", s.baseURL, nil)');
    assert.deepEqual(
      (await lintApp(withContext)).findings.map(({ rule }) => rule),
      ['GO-HTTP-PLAIN-CLIENT'],
    );
  });

  it('finds a request made without the context at hand, and mends it', async () => {
    for (const [params, context] of [
      ['ctx context.Context', 'ctx'],
      ['w http.ResponseWriter, r *http.Request', 'r.Context()'],
      ['c *gin.Context', 'c.Request.Context()'],
    ] as const) {
      const text = request(params);
      const { short, findings } = await lintApp(text);
      assert.deepEqual(short, ['GO-HTTP-REQ-NO-CTX app/app.go:16'], params);
      const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
      assert.ok(fixed.includes(`http.NewRequestWithContext(${context}, "GET", "http://stock:8080/", nil)`), fixed);
      assert.deepEqual((await lintApp(fixed)).short, []);
    }
  });

  it('is silent where the request gets a context later, here or where it is handed to', async () => {
    assert.deepEqual((await lintApp(request('ctx context.Context', 'req = req.WithContext(ctx)'))).short, []);
    const handed = `${request('ctx context.Context', 'req = stamp(ctx, req)')}
func stamp(ctx context.Context, req *http.Request) *http.Request { return req.WithContext(ctx) }
`;
    assert.deepEqual((await lintApp(handed)).short, []);
  });

  it('is silent where no context is in scope, and where others answer', async () => {
    assert.deepEqual((await lintApp(request('n int'))).short, []);
    const foreign = request('ctx context.Context').replace('http://stock:8080/', 'https://api.stripe.com/v1');
    assert.deepEqual((await lintApp(foreign)).short, []);
  });

  it('finds a short form where no context is at hand, if those who call it have one', async () => {
    const helper = `func page(url string) error {
	_, err := client.Get(url)
	return err
}
`;
    const called = (by: string): string => `${helper}
func reload(${by}) error { return page("http://stock:8080/items") }
`;
    const { findings, short } = await lintApp(app(called('w http.ResponseWriter, r *http.Request')));
    assert.deepEqual(short, ['GO-HTTP-REQ-NO-CTX app/app.go:16']);
    assert.match(findings[0]!.message, /although those who call `page` have one/);
    assert.deepEqual(await rules(called('')), []);
    const bare = called('w http.ResponseWriter, r *http.Request').replace('client.Get', 'http.Get');
    assert.deepEqual(await rules(bare), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('finds it behind a method that is called as the function it hands on to', async () => {
    const found = `type Player interface { Skip(n int) error }
type remote struct{}

func (remote) Skip(n int) error { return Skip(n) }

func Skip(n int) error {
	_, err := client.Get("http://player:8080/skip")
	return err
}

type App struct { player Player }

func (a *App) next(w http.ResponseWriter, r *http.Request) { a.player.Skip(1) }
`;
    assert.deepEqual(await rules(found), ['GO-HTTP-REQ-NO-CTX']);
    assert.deepEqual(await rules(found.replace('w http.ResponseWriter, r *http.Request', '')), []);
  });

  it('finds the short forms of an instrumented client', async () => {
    assert.deepEqual(await rules('func Stock(ctx context.Context) { client.Get("http://stock:8080/") }'), [
      'GO-HTTP-REQ-NO-CTX',
    ]);
  });
});

describe('GO-CTX-BACKGROUND', () => {
  const WORK = `
func save(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "save")
	defer span.End()
	_ = ctx
}`;
  const handler = (line: string, name = 'Order'): string =>
    `func ${name}(w http.ResponseWriter, r *http.Request) {\n\tctx := r.Context()\n\t_ = ctx\n\t${line}\n}${WORK}`;

  it('finds work that gets a background context, directly, in a goroutine and through a variable', async () => {
    for (const line of [
      'save(context.Background())',
      'go save(context.TODO())',
      'go func() { save(context.Background()) }()',
      'bg, cancel := context.WithTimeout(context.Background(), 5)\n\tdefer cancel()\n\tsave(bg)',
    ])
      assert.deepEqual(await rules(handler(line)), ['GO-CTX-BACKGROUND'], line);
  });

  it('finds it in a handler that is written where the server is started', async () => {
    const main = (work: string): string => `func Start() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { ${work} })
	save(context.Background())
}${WORK}`;
    assert.deepEqual(await rules(main('save(context.Background())')), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules(main('save(r.Context())')), []);
  });

  it('finds a parameter that is given a background context, and ServeHTTP', async () => {
    const replaced = `func order(ctx context.Context) {
	var cancel func()
	ctx, cancel = context.WithTimeout(context.Background(), 5)
	defer cancel()
	save(ctx)
}
func handle(w http.ResponseWriter, r *http.Request) { order(r.Context()) }${WORK}`;
    assert.deepEqual(await rules(replaced), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules(handler('save(context.Background())', 'ServeHTTP')), ['GO-CTX-BACKGROUND']);
  });

  it('keeps the trace by context.WithoutCancel', async () => {
    const text = app(handler('go save(context.Background())'));
    const { findings } = await lintApp(text);
    const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
    assert.ok(fixed.includes('go save(context.WithoutCancel(ctx))'));
    assert.deepEqual((await lintApp(fixed)).short, []);
  });

  it('is silent where the trace goes on by hand, at the end of a process, in shared work and for links', async () => {
    for (const line of [
      'save(trace.ContextWithSpanContext(context.Background(), trace.SpanContextFromContext(ctx)))',
      'bg := context.Background()\n\tbg = trace.ContextWithSpan(bg, span)\n\tsave(bg)',
      'defer save(context.Background())',
      'provider.Shutdown(context.Background())',
      'group.Do("k", func() (any, error) { save(context.Background()); return nil, nil })',
      'tracer.Start(context.Background(), "job", trace.WithNewRoot(), trace.WithLinks(link))',
      'log(context.Background())',
    ])
      assert.deepEqual(await rules(handler(line)), [], line);
    assert.deepEqual(await rules(`func main() { save(context.Background()) }${WORK}`), []);
    assert.deepEqual(
      await rules(`func (s *S) Start(ctx context.Context) { go save(context.Background()) }${WORK}`),
      [],
    );
  });
});

describe('EXTRACT-UNUSED and SPAN-NOT-ACTIVE in Go', () => {
  it('finds a context that is extracted and thrown away', async () => {
    const body = (line: string): string => `func H(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	${line}
	use(ctx)
}`;
    const extract = 'otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(r.Header))';
    assert.deepEqual(await rules(body(extract)), ['EXTRACT-UNUSED']);
    assert.deepEqual(await rules(body(`_ = ${extract}`)), ['EXTRACT-UNUSED']);
    assert.deepEqual(await rules(body(`ctx = ${extract}`)), []);
  });

  it('finds a carrier that nothing reads', async () => {
    const body = (after: string): string => `func Send(ctx context.Context) {
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	${after}
}`;
    assert.deepEqual(await rules(body('publish(nil)')), ['EXTRACT-UNUSED']);
    assert.deepEqual(await rules(body('publish(carrier)')), []);
  });

  it('finds a span whose context is thrown away before a call, and mends it', async () => {
    const body = (first: string): string => `func Stock(ctx context.Context) {
	${first}, span := tracer.Start(ctx, "stock")
	defer span.End()
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`;
    const { findings } = await lintApp(app(body('_')));
    assert.deepEqual(
      findings.map((one) => one.rule),
      ['SPAN-NOT-ACTIVE'],
    );
    const fixed = applyFix({ 'app/app.go': app(body('_')) }, findings[0]!.finding)['app/app.go']!;
    assert.ok(fixed.includes('ctx, span := tracer.Start(ctx, "stock")'));
    assert.deepEqual(await rules(body('ctx')), []);
  });

  it('is silent where nothing is called after the span, or it is over', async () => {
    assert.deepEqual(
      await rules(
        'func F(ctx context.Context) {\n\t_, span := tracer.Start(ctx, "count")\n\tdefer span.End()\n\tcount()\n}',
      ),
      [],
    );
    assert.deepEqual(
      await rules(`func F(ctx context.Context) {
	_, span := tracer.Start(ctx, "count")
	span.End()
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`),
      [],
    );
  });

  it('leaves a trace that is begun with a link to the span at hand', async () => {
    const start = (options: string): string => `func follow(ctx context.Context) {
	source := trace.SpanContextFromContext(ctx)
	_ = source
	ctx, span := otel.Tracer("x").Start(context.Background(), "follow-up", ${options})
	defer span.End()
	_ = ctx
}`;
    const found = async (options: string): Promise<string[]> =>
      (await findingsIn(['context', 'go.opentelemetry.io/otel', 'go.opentelemetry.io/otel/trace'], start(options))).map(
        ({ rule }) => rule,
      );
    assert.deepEqual(await found('trace.WithLinks(trace.Link{SpanContext: source})'), []);
    assert.deepEqual(await found('trace.WithSpanKind(trace.SpanKindInternal)'), ['GO-CTX-BACKGROUND']);
  });
});
