import assert from 'node:assert/strict';
import { lintGo, TRACED } from './support';

/** A sender of messages, in a program that imports a set-up of tracing. */
function program(main: string, telemetry: string): Record<string, string> {
  return {
    'go.mod': TRACED['go.mod']!,
    'main.go': `package main

import (
	"context"

	"example.com/shop/orders"
	"example.com/shop/telemetry"
)

func main() {
	orders.Accept(context.Background(), nil)
	${main}
}

var _ = telemetry.Version
`,
    'orders/orders.go': `package orders

import (
	"context"

	"github.com/segmentio/kafka-go"
)

type Bus struct{ writer *kafka.Writer }

func Accept(ctx context.Context, b *Bus) error {
	return b.publish(ctx, nil)
}

func (b *Bus) publish(ctx context.Context, r *http.Request) error {
	return b.writer.WriteMessages(ctx, kafka.Message{Topic: "orders"})
}
`,
    'telemetry/telemetry.go': `package telemetry

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const Version = 1

${telemetry}
`,
  };
}

const BODY = `	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})
`;
const FOUND = ['GO-KAFKA-PRODUCE-NO-INJECT orders/orders.go:16'];

async function found(main: string, telemetry: string): Promise<readonly string[]> {
  return (await lintGo(program(main, telemetry))).short;
}

describe('Set-ups of tracing in Go that nothing runs', () => {
  it('are no tracing, however many functions lead to them', async () => {
    const chain = `func Setup() { install() }\nfunc install() {\n${BODY}}`;
    assert.deepEqual(await found('telemetry.Setup()', chain), FOUND);
    assert.deepEqual(await found('', chain), []);
    assert.deepEqual(await found('', `${chain}\nfunc Global() { Setup() }`), []);
    assert.deepEqual(await found('defer telemetry.Global()', `${chain}\nfunc Global() { Setup() }`), FOUND);
  });

  it('are none where nothing that runs makes what has them as a method', async () => {
    const type = `type Provider struct{}
func NewProvider() *Provider { return &Provider{} }
func (p *Provider) Start() {
${BODY}}`;
    const starts = 'server.Start()\n\tother.Start()';
    assert.deepEqual(await found(starts, type), []);
    assert.deepEqual(await found(`${starts}\n\ttelemetry.NewProvider().Start()`, type), FOUND);
    // One that is made out of sight may be anybody's.
    assert.deepEqual(await found(starts, type.replace(/func NewProvider.*\n/, '')), FOUND);
  });

  it('are seen to run by whatever leads out of a circle of functions', async () => {
    const circle = `func Setup() { install(0) }
func install(tries int) {
${BODY}	retry(tries)
}
func retry(tries int) { restart(tries + 1) }
func restart(tries int) { install(tries) }
func Restart() { restart(0) }`;
    assert.deepEqual(await found('telemetry.Restart()', circle), FOUND);
    assert.deepEqual(await found('', circle), []);
    // `loop` and `renew` call each other: come by from `loop`, `renew` is dead only for as long as that is not known.
    const pair = `type Agent struct{}
func (a *Agent) Start() {
${BODY}}
func renew() { loop(&Agent{}) }
func loop(a *Agent) { a.Start(); renew() }
func Watch() { loop(nil) }`;
    assert.deepEqual(await found('telemetry.Watch()', pair), FOUND);
    assert.deepEqual(await found('', pair), []);
  });

  it('are taken for running where their names are handed on', async () => {
    const setup = `func Setup() {\n${BODY}}`;
    assert.deepEqual(await found('fx.New(fx.Invoke(telemetry.Setup))', setup), FOUND);
    assert.deepEqual(await found('', `${setup}\nvar hooks = []func(){Setup}`), FOUND);
    assert.deepEqual(await found('', `// Setup is called by nobody.\n${setup}`), []);
  });
});
