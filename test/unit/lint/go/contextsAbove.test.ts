import assert from 'node:assert/strict';
import { findingsIn, lintApp, TRACED } from './support';

const IMPORTS = ['context', 'net/http', 'go.opentelemetry.io/otel'];
const WORK = `var tracer = otel.Tracer("x")
func work(ctx context.Context) { _, span := tracer.Start(ctx, "work"); span.End() }`;
const CLIENT = 'var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}';
const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

async function background(body: string): Promise<string[]> {
  const found = await findingsIn(IMPORTS, `${WORK}\n\n${body}`);
  return found.map(({ rule, line }) => `${rule} ${line}`);
}

async function requests(body: string): Promise<string[]> {
  return (await findingsIn([...IMPORTS, OTELHTTP], `${WORK}\n${CLIENT}\n\n${body}`)).map(({ rule }) => rule);
}

describe('Contexts of Go that end some functions above', () => {
  const twoAbove = (outer: string): string => `${outer}
func submitAll() { submit() }
func submit() {
	for range 3 {
		go func() { work(context.Background()) }()
	}
}`;

  it('finds what runs in a goroutine two functions below the one with the context', async () => {
    const traced = 'func Order(w http.ResponseWriter, r *http.Request) { submitAll() }';
    const found = await findingsIn(IMPORTS, `${WORK}\n\n${twoAbove(traced)}`);
    assert.deepEqual(
      found.map(({ rule, related }) => [rule, related]),
      [['GO-CTX-BACKGROUND', ['app/app.go:12 A request’s context is at hand here.']]],
    );
  });

  it('is silent where those who call have no request, or a loop of its own does', async () => {
    assert.deepEqual(await background(twoAbove('func Watch() { submitAll() }')), []);
    assert.deepEqual(
      await background(twoAbove('func Tend(ctx context.Context) { for { submitAll() } }\nfunc Run() {}')),
      [],
    );
    assert.deepEqual(await background(twoAbove('func tend() { for { submitAll() } }')), []);
  });

  it('is silent for what ends something, is deferred, or serves those who have no context', async () => {
    const handler = (call: string): string => `func Order(w http.ResponseWriter, r *http.Request) { ${call} }`;
    const helper = (name: string): string => `func ${name}() { inner${name}() }
func inner${name}() { work(context.Background()) }`;
    assert.deepEqual(await background(`${handler('logOut()')}\n${helper('logOut')}`), []);
    assert.deepEqual(await background(`${handler('defer tell()')}\n${helper('tell')}`), []);
    assert.deepEqual((await background(`${handler('tell()')}\n${helper('tell')}`)).length, 1);
    const sibling = `func tell() { Read() }
func Read() { ReadWithContext(context.Background()) }
func ReadWithContext(ctx context.Context) { work(ctx) }`;
    assert.deepEqual(await background(`${handler('tell()')}\n${sibling}`), []);
  });

  it("asks whether AWS' clients make spans at all", async () => {
    const S3 = 'github.com/aws/aws-sdk-go-v2/service/s3';
    const body = `type Store struct { client *s3.Client }
func (s *Store) Read() { s.client.GetObject(context.TODO(), &s3.GetObjectInput{}) }
func Order(w http.ResponseWriter, r *http.Request) { (&Store{}).Read() }`;
    const read = async (more: Record<string, string>): Promise<number> =>
      (await findingsIn([...IMPORTS, S3], `${WORK}\n\n${body}`, more)).length;
    assert.equal(await read({}), 0);
    const otelaws = '\tgo.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-sdk-go-v2/otelaws v0.55.0\n)';
    assert.equal(await read({ 'go.mod': TRACED['go.mod']!.replace(/\)\n$/, otelaws) }), 1);
  });

  it('is silent for requests to somebody else', async () => {
    const tell = (address: string): string => `func tell() {
	req, _ := http.NewRequestWithContext(context.Background(), "POST", "${address}", nil)
	http.DefaultClient.Do(req)
}
func Order(w http.ResponseWriter, r *http.Request) { tell() }
func Cancel(ctx context.Context) { work(ctx); tell() }`;
    assert.deepEqual(await background(tell('https://discord.com/api/webhooks/1')), []);
    assert.ok((await background(tell('http://stock:8080/tell'))).some((one) => one.startsWith('GO-CTX-BACKGROUND')));
  });

  it('follows an interface to a struct that embeds it', async () => {
    const app = (held: string): string => `type Dispatcher interface {
	Dispatch(name string)
	Reload()
}
type remote struct{ ${held} }
func (r *remote) Dispatch(name string) { work(context.Background()) }
type registry struct{ driver Dispatcher }
func (g *registry) find(name string) { g.driver.Dispatch(name) }
func (g *registry) Serve(w http.ResponseWriter, r *http.Request) { g.find("a") }`;
    assert.deepEqual((await background(app('Dispatcher'))).length, 1);
  });

  it('finds requests of helpers that have no context, through adapters in files that mention nothing', async () => {
    const app = (call: string): string => `package app

import (
	"context"
	"net/http"
)

type Player interface{ Next() }
type App struct{ player Player }

func Run() {}
func (a *App) Skip(w http.ResponseWriter, r *http.Request) { ${call} }
`;
    const adapter = `package app

import "example.com/shop/player"

type real struct{}

func (real) Next() { player.Next() }
`;
    const player = `package player

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
var base = "http://player:8080"

func Next() { get(base + "/next") }

func get(url string) { client.Get(url) }
`;
    const files = { 'app/real.go': adapter, 'player/player.go': player };
    const { short } = await lintApp(app('a.player.Next()'), files);
    assert.deepEqual(short, ['GO-HTTP-REQ-NO-CTX player/player.go:14']);
    assert.deepEqual((await lintApp(app(''), files)).short, []);
  });

  it('finds requests that such helpers make by hand, unless they get a context later', async () => {
    const helper = (send: string): string => `func Handle(w http.ResponseWriter, r *http.Request) { load() }
func load() {
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	${send}
}`;
    assert.deepEqual(await requests(helper('client.Do(req)')), ['GO-HTTP-REQ-NO-CTX']);
    assert.deepEqual(await requests(helper('client.Do(req.WithContext(shared))')), []);
  });

  it('knows a stub by the connection that it is made with', async () => {
    const app = (made: string): string => `func Handle(ctx context.Context, conn *grpc.ClientConn) {
	stub := dispatch.New${made}(conn)
	stub.Dispatch(context.Background(), nil)
}`;
    const rules = async (made: string): Promise<string[]> =>
      (await findingsIn([...IMPORTS, 'google.golang.org/grpc', 'example.com/shop/dispatch'], app(made))).map(
        ({ rule }) => rule,
      );
    assert.deepEqual(await rules('DispatcherClient'), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules('Logger'), []);
  });

  it('takes the address that a request for a path is given later', async () => {
    const send = (more: string): string => `type api struct{ base *url.URL; name *url.URL }
func (a *api) Get(ctx context.Context, path string) {
	ctx, span := tracer.Start(ctx, "get")
	defer span.End()
	req, _ := http.NewRequestWithContext(ctx, "GET", path, nil)
	${more}
	plain := &http.Client{}
	plain.Do(req)
}`;
    const rules = async (more: string): Promise<string[]> =>
      (await findingsIn([...IMPORTS, 'net/url'], `${WORK}\n${send(more)}`)).map(({ rule }) => rule);
    assert.deepEqual(await rules('req.URL = a.base.ResolveReference(req.URL)'), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await rules(''), []);
  });

  it('takes a provider of a package about traces for tracing', async () => {
    const lint = (from: string): ReturnType<typeof lintApp> =>
      lintApp(
        `package app

import (
	"context"

	"google.golang.org/grpc"
)

func Run() { grpc.NewClient("stock:8080") }
`,
        {
          'internal/telemetry/telemetry.go': `package telemetry

import "${from}"

func Setup() { trace.NewProvider() }
`,
        },
      );
    assert.ok(TRACED['go.mod']!.includes('otel'));
    assert.deepEqual((await lint('github.com/acme/opentelemetry/trace')).short, ['GO-RPC-NO-HANDLER app/app.go:9']);
    assert.deepEqual((await lint('github.com/acme/pricing/rates')).short, []);
  });

  it('tells once of a function that does so twice', async () => {
    const app = `func Order(w http.ResponseWriter, r *http.Request) { find() }
func find() { owner() }
func owner() {
	work(context.Background())
	work(context.Background())
}`;
    const found = await findingsIn(IMPORTS, `${WORK}\n\n${app}`);
    assert.deepEqual(
      found.map(({ rule, line, related }) => [rule, line, related]),
      [['GO-CTX-BACKGROUND', 15, ['app/app.go:12 A request’s context is at hand here.', 'app/app.go:16 And here.']]],
    );
  });

  it('is silent for others’ services, and for what has many implementations', async () => {
    const tell = (name: string): string => `func Order(w http.ResponseWriter, r *http.Request) { ${name}() }
func ${name}() { inner${name}() }
func inner${name}() { work(context.Background()) }`;
    assert.deepEqual((await background(tell('postReport'))).length, 1);
    assert.deepEqual(await background(tell('PostToDiscord')), []);
    const plugIns = (names: readonly string[]): string => `type Plugin interface{ Execute() }
func Order(w http.ResponseWriter, r *http.Request, plugin Plugin) { plugin.Execute() }
${names.map((name) => `type ${name} struct{}\nfunc (p ${name}) Execute() { p.ask() }\nfunc (p ${name}) ask() { work(context.Background()) }`).join('\n')}`;
    assert.deepEqual((await background(plugIns(['a', 'b']))).length, 2);
    assert.deepEqual(await background(plugIns(['a', 'b', 'c', 'd'])), []);
  });

  it('knows that requests of OpenAPI’s generated clients are sent by their last call', async () => {
    const app = (last: string): string => `type store struct{ client *fga.Client }
func (s *store) Check(user string) { s.client.Check(context.Background()).Body(user).${last}() }
func Order(w http.ResponseWriter, r *http.Request, s *store) { s.Check("a") }`;
    const rules = async (last: string): Promise<string[]> =>
      (await findingsIn([...IMPORTS, 'fga "github.com/openfga/go-sdk/client"'], app(last))).map(({ rule }) => rule);
    assert.deepEqual(await rules('Execute'), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules('String'), []);
  });

  it('finds what a handler’s goroutine does out of sight with a context of nothing', async () => {
    const app = (
      call: string,
    ): string => `func (s *server) Pause(ctx context.Context, req *pb.PauseRequest) (*pb.PauseAnswer, error) {
	snapshot, err := s.boxes.Pause(ctx, req)
	go func() { ${call} }()
	return nil, err
}`;
    const rules = async (call: string): Promise<string[]> =>
      (await findingsIn([...IMPORTS, 'example.com/shop/pb'], app(call))).map(({ rule }) => rule);
    assert.deepEqual(await rules('snapshot.Upload(context.Background(), s.store)'), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await rules('snapshot.Close(context.Background(), s.store)'), []);
    assert.deepEqual(await rules('s.logger.Log(context.Background(), "paused")'), []);
  });

  it('follows a handler through functions that only hand it on', async () => {
    const app = (handed: string): string => `func Order(ctx context.Context) { consume(${handed}) }
func consume(handler func(ctx context.Context)) { loop(handler) }
func loop(handler func(ctx context.Context)) { run(context.Background(), handler) }
func run(ctx context.Context, handler func(ctx context.Context)) { handler(ctx) }
func quiet(ctx context.Context) {}`;
    const serve = 'func Serve(w http.ResponseWriter, r *http.Request) { Order(r.Context()) }';
    assert.deepEqual((await background(`${serve}\n${app('work')}`)).length, 1);
    assert.deepEqual(await background(`${serve}\n${app('quiet')}`), []);
  });

  it('takes a function that is called so for one that sets tracing up, whatever its package', async () => {
    const lint = (call: string): ReturnType<typeof lintApp> =>
      lintApp('package app\n\nimport "google.golang.org/grpc"\n\nfunc Run() { grpc.NewClient("stock:8080") }\n', {
        'internal/telemetry/telemetry.go': `package telemetry

import "github.com/acme/go-logger"

func Setup() { logger.${call}() }
`,
      });
    assert.deepEqual((await lint('InitOtel')).short, ['GO-RPC-NO-HANDLER app/app.go:5']);
    assert.deepEqual((await lint('InitFile')).short, []);
  });

  it('leaves messages alone that are injected where they are made', async () => {
    const app = (made: string): string => `type Event struct{ headers map[string]string }
func (e *Event) native() kafka.Message { return kafka.Message{Headers: headersOf(e.headers)} }
func NewEvent(ctx context.Context) *Event {
	event := &Event{headers: map[string]string{}}
	${made}
	return event
}
type broker struct{ writer *kafka.Writer }
func (b *broker) Send(ctx context.Context, events ...*Event) error {
	ctx, span := tracer.Start(ctx, "send")
	defer span.End()
	return b.writer.WriteMessages(ctx, events[0].native())
}`;
    const imports = [...IMPORTS, 'go.opentelemetry.io/otel/propagation', 'github.com/segmentio/kafka-go'];
    const rules = async (made: string): Promise<string[]> =>
      (await findingsIn(imports, `${WORK}\n${app(made)}`)).map(({ rule }) => rule);
    assert.deepEqual(await rules(''), ['GO-KAFKA-PRODUCE-NO-INJECT']);
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(event.headers))';
    assert.deepEqual(await rules(inject), []);
  });

  it('asks functions that fields hold where a request goes', async () => {
    const app = (host: string): string => `const host = "${host}"
func songsURL(station string) string { return host + "/" + station }
type playing struct{ urlOf func(station string) string }
func newPlaying() *playing { return &playing{urlOf: songsURL} }
func (p *playing) Now(w http.ResponseWriter, r *http.Request) { fetch(r.Context(), p.urlOf("a")) }
func fetch(ctx context.Context, url string) {
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	http.DefaultClient.Do(req)
}`;
    const rules = async (host: string): Promise<string[]> =>
      (await findingsIn(IMPORTS, app(host))).map(({ rule }) => rule);
    assert.deepEqual(await rules('http://stock:8080'), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await rules('https://radio.example.fm'), []);
  });

  it('leaves gRPC over sockets of the machine alone', async () => {
    const app = (target: string): string => `func connect(path string) {
	target := fmt.Sprintf("${target}%s", path)
	grpc.NewClient(target)
}`;
    const rules = async (target: string): Promise<string[]> =>
      (await findingsIn(['fmt', 'google.golang.org/grpc'], app(target))).map(({ rule }) => rule);
    assert.deepEqual(await rules('dns:///'), ['GO-RPC-NO-HANDLER']);
    assert.deepEqual(await rules('unix://'), []);
  });

  it('is silent for closures that are only handed on, and for what the whole program asks from afar', async () => {
    const batch = (use: string): string => `func Order(w http.ResponseWriter, r *http.Request) { batcher() }
func batcher() {
	fn := func() { apply() }
	${use}
}
func apply() { work(context.Background()) }`;
    assert.deepEqual((await background(batch('fn()'))).length, 1);
    assert.deepEqual(await background(batch('newBatcher(fn)')), []);
    const registry = (count: number): string => `func Get() { read() }
func read() { load() }
func load() { work(context.Background()) }
${Array.from({ length: count }, (_, i) => `func Order${i}(w http.ResponseWriter, r *http.Request) { Get() }`).join('\n')}`;
    assert.deepEqual((await background(registry(12))).length, 1);
    assert.deepEqual(await background(registry(13)), []);
  });

  it('is silent for what is asked once and kept for all who come after', async () => {
    const registry = (
      keep: string,
    ): string => `type registry struct{ mu sync.Mutex; schemas map[string]string; last string }
func (r *registry) schema(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	work(context.Background())
	${keep}
	return id
}
func (r *registry) Decode(w http.ResponseWriter, q *http.Request) { r.check(q.URL.Path) }
func (r *registry) check(id string) { r.schema(id) }`;
    const found = async (keep: string): Promise<string[]> =>
      (await findingsIn([...IMPORTS, 'sync'], `${WORK}\n\n${registry(keep)}`)).map(({ rule }) => rule);
    assert.deepEqual(await found('r.schemas[id] = id'), []);
    assert.deepEqual(await found('r.last = id'), ['GO-CTX-BACKGROUND']);
    assert.deepEqual(await found('if r.schemas[id] == id {\n\t\treturn ""\n\t}'), ['GO-CTX-BACKGROUND']);
  });
});
