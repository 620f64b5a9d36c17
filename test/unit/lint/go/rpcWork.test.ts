import assert from 'node:assert/strict';
import { findingsIn, rulesWithTracer as rules } from './support';

const CONTEXT = 'GO-CTX-BACKGROUND';
const RPC = 'GO-RPC-NO-HANDLER';
const GRPC = 'google.golang.org/grpc';
const OTELGRPC = 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc';
const SHELF = 'shelf "example.com/api/shelf/v1beta2"';

describe('Calls of services in Go whose generated code is not read', () => {
  const asks = (call: string): string =>
    `type desk struct {\n\tpool picker\n\tshelves shelf.ShelfAPIClient\n\tconn *grpc.ClientConn\n}
func (d *desk) Serve(w http.ResponseWriter, r *http.Request) { d.lend(r.Context(), "a") }
func (d *desk) lend(ctx context.Context, id string) { ${call} }`;
  const found = (call: string): Promise<string[]> => rules(['net/http', GRPC, SHELF], asks(call));

  it('takes them for work by their request, by their client’s type and by what made it', async () => {
    for (const call of [
      'client := d.pool.Next()\n\tclient.FindBook(context.TODO(), &shelf.FindBookRequest{Id: id})',
      'client := d.pool.Next()\n\tclient.FindBook(context.TODO(), connect.NewRequest(&shelf.FindBookRequest{Id: id}))',
      'later := context.Background()\n\tclient := d.pool.Next()\n\tclient.FindBook(later, &shelf.FindBookRequest{})',
      'd.shelves.FindBook(context.TODO(), query(id))',
      'shelf.NewShelfAPIClient(d.conn).FindBook(context.TODO(), query(id))',
    ])
      assert.deepEqual(await found(call), [CONTEXT], call);
  });

  it('says nothing of other methods, the own types that are called so, and clouds', async () => {
    for (const call of [
      'client := d.pool.Next()\n\tclient.FindBook(context.TODO(), &shelf.Query{Id: id})',
      'client := d.pool.Next()\n\tclient.FindBook(ctx, &shelf.FindBookRequest{Id: id})',
      'client := d.pool.Next()\n\tclient.Keep(context.TODO(), &shelf.FindBookRequest{Id: id})',
    ])
      assert.deepEqual(await found(call), [], call);
    const own = 'type FindBookRequest struct{ Id string }\n';
    const call = 'client := d.pool.Next()\n\tclient.FindBook(context.TODO(), &FindBookRequest{Id: id})';
    assert.deepEqual(await rules(['net/http', GRPC, SHELF], own + asks(call)), []);
    const cloud = 'shelf "cloud.google.com/go/shelf/apiv1/shelfpb"';
    const asked = asks('client := d.pool.Next()\n\tclient.FindBook(context.TODO(), &shelf.FindBookRequest{Id: id})');
    assert.deepEqual(await rules(['net/http', GRPC, cloud], asked), []);
    const library = 'shelf "example.com/acme/shelf"';
    assert.deepEqual(await rules(['net/http', GRPC, library], asked), [], 'a library that only calls its types so');
  });
});

describe('Options and wrappers that functions add to what they are given', () => {
  const dial = (
    add: string,
  ): string => `func Connect(target string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	if len(opts) == 0 {
		opts = make([]grpc.DialOption, 0)
	}
	${add}
	return grpc.NewClient(target, opts...)
}
func Run() { Connect("orders:80", grpc.WithBlock()) }`;

  it('hears of an option that is appended to those of the callers', async () => {
    const handler = 'opts = append(opts, grpc.WithStatsHandler(otelgrpc.NewClientHandler()))';
    assert.deepEqual(await rules([GRPC, OTELGRPC], dial(handler)), []);
    assert.deepEqual(await rules([GRPC, OTELGRPC], dial('opts = append(opts, grpc.WithUserAgent("x"))')), [RPC]);
  });

  it('does not take a call of one of several functions for a conversion', async () => {
    const body = (wrap: string): string => `type Wrapper func(next http.RoundTripper) http.RoundTripper
var base http.RoundTripper = &http.Transport{}
func NewClient(wrappers ...Wrapper) *http.Client {
	client := &http.Client{Transport: base}
	for i := range wrappers {
		client.Transport = ${wrap}
	}
	return client
}
func Run(addr string) { _ = ordersv1connect.NewOrdersServiceClient(NewClient(traced()), "http://"+addr) }`;
    const imports = ['net/http', 'example.com/shop/ordersv1connect'];
    assert.deepEqual(await rules(imports, body('wrappers[i](client.Transport)')), []);
    assert.deepEqual(await rules(imports, body('&http.Transport{MaxIdleConns: i}')), [RPC]);
  });

  it('leaves clients alone that ask whether others are there', async () => {
    const check = `package checks

import "google.golang.org/grpc"

func NewGrpc(address string) func() error {
	return func() error {
		conn, err := grpc.NewClient(address)
		_ = conn
		return err
	}
}
`;
    const run = 'func Run() { checks.NewGrpc("orders:80") }';
    assert.deepEqual(await findingsIn(['example.com/shop/checks'], run, { 'checks/grpc.go': check }), []);
  });
});
