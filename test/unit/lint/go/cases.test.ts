import assert from 'node:assert/strict';
import { lintApp, lintGo, TRACED } from './support';

/** What the code is, its body, and the lines of it in which something is found. */
type Case = readonly [what: string, body: string, lines: readonly number[]];

function each(rule: string, imports: readonly string[], head: string, cases: readonly Case[]): void {
  const before = `package app\n\nimport (\n${imports.map((one) => `\t"${one}"\n`).join('')})\n\n${head}\n`;
  const offset = before.split('\n').length - 1;
  describe(`${rule}, shape by shape`, () => {
    for (const [what, body, lines] of cases)
      it(`${lines.length > 0 ? 'finds' : 'leaves'} ${what}`, async () => {
        const { findings } = await lintApp(`${before}${body}\n`);
        assert.deepEqual(
          findings.map((one) => `${one.rule} ${one.line - offset}`),
          lines.map((line) => `${rule} ${line}`),
        );
      });
  });
}

const OTEL = 'go.opentelemetry.io/otel';
const PROPAGATION = 'go.opentelemetry.io/otel/propagation';
const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

each(
  'GO-KAFKA-PRODUCE-NO-INJECT',
  ['context', 'github.com/segmentio/kafka-go', OTEL],
  'type Bus struct{ w *kafka.Writer }',
  [
    [
      'several messages out of a loop',
      `func (b *Bus) All(ctx context.Context, all [][]byte) error {
	var out []kafka.Message
	for _, body := range all {
		out = append(out, kafka.Message{Value: body})
	}
	return b.w.WriteMessages(ctx, out...)
}`,
      [6],
    ],
    [
      'headers that name no trace',
      `func (b *Bus) Put(ctx context.Context, body []byte) error {
	return b.w.WriteMessages(ctx, kafka.Message{Value: body, Headers: []kafka.Header{{Key: "type", Value: body}}})
}`,
      [2],
    ],
    [
      'a message that is sent beside the request',
      `func (b *Bus) Put(ctx context.Context, body []byte) {
	go func() {
		_ = b.w.WriteMessages(ctx, kafka.Message{Value: body})
	}()
}`,
      [3],
    ],
    [
      'messages in a loop that each get their headers',
      `func (b *Bus) All(ctx context.Context, all []kafka.Message) error {
	for i := range all {
		otel.GetTextMapPropagator().Inject(ctx, carrierOf(&all[i]))
	}
	return b.w.WriteMessages(ctx, all...)
}`,
      [],
    ],
    [
      'a traceparent written by hand',
      `func (b *Bus) Put(ctx context.Context, body []byte, parent string) error {
	headers := []kafka.Header{{Key: "traceparent", Value: []byte(parent)}}
	return b.w.WriteMessages(ctx, kafka.Message{Value: body, Headers: headers})
}`,
      [],
    ],
    [
      'a message that a helper fills',
      `func (b *Bus) Put(ctx context.Context, body []byte) error {
	msg := kafka.Message{Value: body}
	stamp(ctx, &msg)
	return b.w.WriteMessages(ctx, msg)
}

func stamp(ctx context.Context, m *kafka.Message) {
	otel.GetTextMapPropagator().Inject(ctx, carrierOf(m))
}`,
      [],
    ],
    [
      'an envelope with the context in its payload',
      `func (b *Bus) Put(ctx context.Context, body []byte) error {
	carrier := map[string]string{}
	otel.GetTextMapPropagator().Inject(ctx, mapCarrier(carrier))
	payload, _ := json.Marshal(envelope{Body: body, Trace: carrier})
	return b.w.WriteMessages(ctx, kafka.Message{Value: payload})
}`,
      [],
    ],
    [
      'what a health check sends',
      `func (b *Bus) HealthCheck(ctx context.Context) error {
	return b.w.WriteMessages(ctx, kafka.Message{Value: []byte("ping")})
}`,
      [],
    ],
  ],
);

each(
  'GO-HTTP-REQ-NO-CTX',
  ['context', 'net/http', 'net/url', OTELHTTP],
  'var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}',
  [
    [
      'a form that is posted',
      `func Put(ctx context.Context) {
	client.PostForm("http://stock:8080/", url.Values{})
}`,
      [2],
    ],
    [
      'a request made by a method with a context',
      `type Api struct{ http *http.Client }

func New() *Api { return &Api{http: &http.Client{Transport: otelhttp.NewTransport(nil)}} }

func (a *Api) Get(ctx context.Context, id string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "http://stock:8080/items/"+id, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return a.http.Do(req)
}`,
      [6],
    ],
    [
      'a request with the context of another one',
      `func Get(w http.ResponseWriter, r *http.Request) {
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	client.Do(req.WithContext(r.Context()))
}`,
      [],
    ],
    [
      'a request that is cloned with the context',
      `func Get(ctx context.Context) {
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	req = req.Clone(ctx)
	client.Do(req)
}`,
      [],
    ],
  ],
);

each('EXTRACT-UNUSED', ['context', 'net/http', OTEL, PROPAGATION], 'var propagator = propagation.TraceContext{}', [
  [
    'a context of a variable that is only assigned',
    `func H(w http.ResponseWriter, r *http.Request) {
	parent := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	parent = nil
	work(r.Context())
}`,
    [2],
  ],
  [
    'a header map that stays behind',
    `func Send(ctx context.Context, req *http.Request) {
	header := http.Header{}
	propagator.Inject(ctx, propagation.HeaderCarrier(header))
	http.DefaultClient.Do(req)
}`,
    [3],
  ],
  [
    'a context that is returned',
    `func Of(ctx context.Context, r *http.Request) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(r.Header))
}`,
    [],
  ],
  [
    'a context that goes into a request',
    `func H(w http.ResponseWriter, r *http.Request) {
	ctx := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	next(w, r.WithContext(ctx))
}`,
    [],
  ],
  [
    'an archive that is extracted',
    `func Unpack(ctx context.Context, zip Archive) {
	zip.Extract(ctx, "folder")
}`,
    [],
  ],
  [
    'headers of the request itself',
    `func Send(ctx context.Context, req *http.Request) {
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	send(req)
}`,
    [],
  ],
]);

describe('GO-PROP-UNSET, shape by shape', () => {
  const FILE = 'internal/telemetry/telemetry.go';
  const bare = TRACED[FILE]!.replace(/.*propagation.*\n/gi, '').replace(/.*SetTextMap.*\n/, '');
  const found = async (text: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
    (await lintGo({ ...TRACED, [FILE]: text, ...more })).short.map((one) => one.split(' ')[0]!);

  it('finds a provider that a function returns after it set it', async () => {
    const text = bare
      .replace('func Setup() {', 'func Setup() (*sdktrace.TracerProvider, error) {')
      .replace(/\n\}\n$/, '\n\treturn tp, nil\n}\n');
    assert.deepEqual(await found(text), ['GO-PROP-UNSET']);
  });

  it('finds a propagator that is made and not set', async () => {
    const text = bare.replace('\ttp :=', '\t_ = propagation.TraceContext{}\n\ttp :=');
    assert.deepEqual(await found(text), ['GO-PROP-UNSET']);
  });

  it('leaves one that is set in main, before the provider, or by autoprop', async () => {
    const line = '\totel.SetTextMapPropagator(autoprop.NewTextMapPropagator())\n';
    assert.deepEqual(await found(bare.replace('\ttp :=', `${line}\ttp :=`)), []);
    const main = TRACED['main.go']!.replace('\ttelemetry.Setup()\n', `${line}\ttelemetry.Setup()\n`).replace(
      'import (\n',
      `import (\n\t"${OTEL}"\n\t"go.opentelemetry.io/contrib/propagators/autoprop"\n`,
    );
    assert.deepEqual(await found(bare, { 'main.go': main }), []);
  });

  it('leaves a provider of tests', async () => {
    const test = bare.replace('package telemetry', 'package telemetry_test');
    assert.deepEqual(await found(TRACED[FILE]!, { 'internal/telemetry/telemetry_test.go': test }), []);
  });
});
