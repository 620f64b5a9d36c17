import assert from 'node:assert/strict';
import { goCheck } from '../../../../src/lint/go/check';
import { lintProject } from '../support/lintProject';
import { lintApp, lintGo, TRACED } from './support';

const SETS = `	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})
`;

/** A handler that sends over NATS without context, as a package of a service. */
const SENDS = `package orders

import (
	"net/http"

	"github.com/nats-io/nats.go"
)

type Handler struct{ nc *nats.Conn }

func (h *Handler) Accept(w http.ResponseWriter, r *http.Request) {
	h.nc.Publish("orders", nil)
}
`;

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await lintProject(goCheck, files)).findings.map(({ rule }) => rule);
}

describe('set-ups of Go that are seen in parts', () => {
  it('knows a set-up in a method of what the same function makes', async () => {
    const rules = await found({
      'go.mod': TRACED['go.mod']!,
      'main.go': `package main

import (
	"example.com/shop/orders"
	"example.com/shop/pipeline"
)

func main() {
	pipeline.Build()
	_ = orders.Handler{}
}
`,
      'pipeline/pipeline.go': `package pipeline

import "example.com/shop/observability"

func Build() {
	tracing := observability.Observability{}
	tracing.Init()
}
`,
      'observability/observability.go': `package observability

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

type Observability struct{}

func (o *Observability) Init() { o.install() }

func (o *Observability) install() {
${SETS}}
`,
      'orders/orders.go': SENDS,
    });
    assert.deepEqual(rules, ['MSG-NO-INJECT']);
  });

  it('leaves a set-up alone that nothing makes or calls', async () => {
    const rules = await found({
      'go.mod': TRACED['go.mod']!,
      'main.go': 'package main\n\nimport "example.com/shop/orders"\n\nfunc main() {\n\t_ = orders.Handler{}\n}\n',
      'observability/observability.go': `package observability

func Build() {
	tracing := Observability{}
	tracing.Init()
}

type Observability struct{}

func (o *Observability) Init() {
${SETS}}
`,
      'orders/orders.go': SENDS,
    });
    assert.deepEqual(rules, []);
  });

  it('knows a module that is replaced by a folder whose manifest is not there', async () => {
    const rules = await found({
      'services/orders/go.mod':
        'module example.com/orders\n\ngo 1.22\n\nrequire (\n\texample.com/libs v0.0.0\n\tgo.opentelemetry.io/otel v1.30.0\n)\n\n' +
        'replace example.com/libs => ../../libs\n',
      'services/orders/main.go': `package main

import (
	"example.com/libs/traces"
	"example.com/orders/orders"
)

func main() {
	traces.Module()
	_ = orders.Handler{}
}
`,
      'services/orders/orders/orders.go': SENDS,
      'libs/traces/traces.go': `package traces

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Module() {
${SETS}}
`,
    });
    assert.deepEqual(rules, ['MSG-NO-INJECT']);
  });

  it('takes what lies in a module beside a program that is shown in parts', async () => {
    const files = (main: string, replace = 'replace example.com/coa => ../coa\n'): Record<string, string> => ({
      'api/go.mod':
        'module example.com/api\n\ngo 1.22\n\nrequire (\n\texample.com/coa v0.0.0\n\tgo.opentelemetry.io/otel v1.30.0\n)\n\n' +
        replace,
      'api/main.go': main,
      'api/orders/orders.go': SENDS,
      'coa/go.mod': 'module example.com/coa\n\ngo 1.22\n\nrequire go.opentelemetry.io/otel v1.30.0\n',
      'coa/observability/observability.go': `package observability

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Start() {
${SETS}}
`,
    });
    const parts = 'package main\n\nimport "example.com/api/cmd"\n\nfunc main() {\n\tcmd.Execute()\n}\n';
    assert.deepEqual(await found(files(parts)), ['MSG-NO-INJECT']);
    assert.deepEqual(await found(files(parts, '')), ['MSG-NO-INJECT']);
    const whole = 'package main\n\nimport "example.com/api/orders"\n\nfunc main() {\n\t_ = orders.Handler{}\n}\n';
    assert.deepEqual(await found(files(whole)), []);
  });

  it('waits for what a module beside it makes of a message and its context', async () => {
    const manifest =
      'module example.com/orders\n\ngo 1.22\n\nrequire (\n\texample.com/libs v0.0.0\n\tgo.opentelemetry.io/otel v1.30.0\n)\n\n' +
      'replace example.com/libs => ../../libs\n';
    const send = (made: string): Record<string, string> => ({
      'services/orders/go.mod': manifest,
      'services/orders/main.go': `package main

import (
	"example.com/libs/publish"
	"github.com/ThreeDotsLabs/watermill/message"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
${SETS}}

type Bus struct{ publisher message.Publisher }

func (b *Bus) Accept(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	b.publisher.Publish("orders", ${made})
}
`,
      'libs/traces/traces.go': 'package traces\n',
    });
    assert.deepEqual(await found(send('publish.NewMessage(ctx, "one")')), []);
    assert.deepEqual(await found(send('message.NewMessage("one", nil)')), ['MSG-NO-INJECT']);
  });

  /** A program that calls another package at its start. */
  const starting = (from: string, call: string, manifest = TRACED['go.mod']!): Record<string, string> => ({
    'go.mod': manifest,
    'main.go': `package main

import (
	${from}

	"example.com/shop/orders"
)

func main() {
	${call}
	_ = orders.Handler{}
}
`,
    'orders/orders.go': SENDS,
  });

  const SET_UPS: readonly (readonly [string, string])[] = [
    ['acmeotel "github.com/acme/acme-otel-go"', 'stop, err := acmeotel.SetupOTelSDK(ctx, acmeotel.Config{})'],
    ['"github.com/acme/x/otelx"', 'cleanup := otelx.SetupWithCleanup(ctx)'],
    ['"github.com/acme/go-libs/v3/otlp/otlptraces"', 'options = append(options, otlptraces.FXModuleFromFlags(cmd))'],
  ];
  for (const [from, call] of SET_UPS)
    it(`knows the set-up of another package by its name: ${call}`, async () =>
      assert.deepEqual(await found(starting(from, call)), ['MSG-NO-INJECT']));

  it('leaves what sets something else up', async () => {
    const from = '"github.com/acme/x/otelx"';
    assert.deepEqual(await found(starting(from, 'otelx.SetupMetrics(ctx)')), []);
    assert.deepEqual(await found(starting('"github.com/acme/orders/fx"', 'fx.Module(ctx)')), []);
  });

  it('knows it of what brings the SDK and an exporter without the own code using them', async () => {
    const manifest = (more: string): string =>
      `module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/acme/x v0.1.0\n\tgo.opentelemetry.io/otel v1.30.0 // indirect\n${more})\n`;
    const exporting =
      '\tgo.opentelemetry.io/otel/exporters/otlp/otlptrace v1.30.0 // indirect\n\tgo.opentelemetry.io/otel/sdk v1.30.0 // indirect\n';
    const from = '"github.com/acme/x/otelx"';
    const call = 'err := otelx.InitTracer(cfg, "orders", logger)';
    assert.deepEqual(await found(starting(from, call, manifest(exporting))), ['MSG-NO-INJECT']);
    assert.deepEqual(await found(starting(from, call, manifest(''))), []);
  });
});

describe('messages through own interfaces in Go', () => {
  const bus = (given: string): string => `package app

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/nats-io/nats.go"
)

type conn interface {
	Publish(subject string, data []byte) error
	Drain() error
}

type Client struct{ conn conn }

type Option func(c *Client)

${given}

func (c *Client) Publish(_ context.Context, subject string, event any) error {
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return c.conn.Publish(subject, data)
}

func (c *Client) Accept(w http.ResponseWriter, r *http.Request) {
	c.Publish(r.Context(), "orders", "one")
}
`;

  it('finds what a connection of NATS sends that is held by an interface of plain types', async () => {
    const code = bus(`func WithConn(nc *nats.Conn) Option {
	return func(c *Client) {
		c.conn = nc
	}
}`);
    assert.deepEqual(
      (await lintApp(code)).findings.map(({ rule }) => rule),
      ['MSG-NO-INJECT'],
    );
  });

  it('leaves others that have such a method', async () => {
    const code = bus(`type local struct{ nc *nats.Conn }

func (l local) Publish(subject string, data []byte) error { return nil }

func WithLocal() Option {
	return func(c *Client) {
		c.conn = local{}
	}
}`);
    assert.deepEqual((await lintApp(code)).findings, []);
  });
});

describe('propagators that are made and not set in Go', () => {
  const setUp = (then: string): Record<string, string> => ({
    ...TRACED,
    'internal/telemetry/telemetry.go': `package telemetry

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	if xrayIds {
		${then}
	} else {
		otel.SetTextMapPropagator(propagation.TraceContext{})
	}
}
`,
  });

  it('finds one that is thrown away', async () => {
    const { findings } = await lintGo(setUp('propagation.NewCompositeTextMapPropagator(xray.Propagator{})'));
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['GO-PROP-UNSET'],
    );
  });

  it('leaves one that is set', async () => {
    const code = 'otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(xray.Propagator{}))';
    assert.deepEqual((await lintGo(setUp(code))).findings, []);
  });

  it('leaves one that is kept', async () => {
    const code = 'p := propagation.NewCompositeTextMapPropagator(xray.Propagator{})\n\t\totel.SetTextMapPropagator(p)';
    assert.deepEqual((await lintGo(setUp(code))).findings, []);
  });
});
