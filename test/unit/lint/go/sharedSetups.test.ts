import assert from 'node:assert/strict';
import { lintGo } from './support';

const MODULE = `module github.com/acme/shop

go 1.22

require (
	github.com/acme/platform v1.4.0
	go.opentelemetry.io/otel v1.30.0
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.55.0
)
`;

/** A service whose tracing is set up by a library of the same owner, and which asks another service. */
function service(imported: string, setUp: string): Record<string, string> {
  return {
    'go.mod': MODULE,
    'main.go': `package main

import (
	"context"
	"net/http"
	"os"

	"${imported}"
)

func main() {
	${setUp}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { count(r.Context()) })
}

func count(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", os.Getenv("STOCK_URL"), nil)
	_, err := http.DefaultClient.Do(req)
	return err
}
`,
  };
}

describe('Tracing that is set up by a library', () => {
  it('is known by what the function is called, or by the package of telemetry', async () => {
    for (const [imported, call] of [
      ['github.com/acme/candle', 'use(candle.ConfigureTracerProvider(config))'],
      ['github.com/acme/platform/tracing', 'defer tracing.NewTelemetry(tracing.Config{}).Close()'],
      ['github.com/acme/platform/opentelemetry', 'opentelemetry.NewOpenTelemetry()'],
    ] as const)
      assert.deepEqual((await lintGo(service(imported, call))).short, ['GO-HTTP-PLAIN-CLIENT main.go:18'], call);
  });

  it('is not shown by other functions', async () => {
    for (const [imported, call] of [
      ['github.com/acme/candle', 'candle.Configure(config)'],
      ['github.com/acme/platform/billing', 'billing.NewTelemetry()'],
      ['github.com/acme/candle', 'candle.WithTracerProvider(provider)'],
    ] as const)
      assert.deepEqual((await lintGo(service(imported, call))).short, [], call);
  });
});

const TELEMETRY = `package telemetry

import (
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
}
`;

describe('GO-PROP-UNSET in a repository that is called after tracing', () => {
  it('does not take its packages that are not among the files for set-ups', async () => {
    const files = {
      'go.mod': MODULE.replace('acme/shop', 'acme/observability-shop'),
      'internal/telemetry/telemetry.go': TELEMETRY,
      'main.go': `package main

import (
	"net/http"

	"github.com/acme/observability-shop/internal/di"
	"github.com/acme/observability-shop/internal/telemetry"
)

func main() {
	telemetry.Setup()
	di.InitializeContainer()
	http.ListenAndServe(":8080", nil)
}
`,
    };
    assert.deepEqual((await lintGo(files)).short, ['GO-PROP-UNSET internal/telemetry/telemetry.go:9']);
    const own = files['main.go'].replaceAll('internal/di"', 'internal/otelsetup"').replace('di.Init', 'otelsetup.Init');
    assert.deepEqual((await lintGo({ ...files, 'main.go': own })).short, []);
  });
});

describe('GO-PROP-UNSET beside a process', () => {
  it('does not take what helps tests for the set-up', async () => {
    const files = (folder: string): Record<string, string> => ({
      'go.mod': MODULE,
      [`pkg/${folder}/telemetry/telemetry.go`]: TELEMETRY,
      'main.go': `package main

import (
	"net/http"

	"github.com/acme/shop/pkg/${folder}/telemetry"
)

func main() {
	telemetry.Setup()
	http.ListenAndServe(":8080", nil)
}
`,
    });
    assert.deepEqual((await lintGo(files('testing'))).short, []);
    assert.deepEqual((await lintGo(files('base'))).short, ['GO-PROP-UNSET pkg/base/telemetry/telemetry.go:9']);
  });
});

describe('GO-PROP-UNSET in a process that only exports', () => {
  const files = (rest: string): Record<string, string> => ({
    'go.mod': `module github.com/acme/once

go 1.22

require (
	go.opentelemetry.io/otel v1.30.0
	go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc v1.30.0
	google.golang.org/grpc v1.66.0
)
`,
    'main.go': `package main

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
)

func main() {
	exporter, _ := otlptracegrpc.New(context.Background(), otlptracegrpc.WithDialOption(grpc.WithPerRPCCredentials(nil)))
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter)))
	${rest}
}
`,
  });

  it('is silent where gRPC is there for the exporter alone', async () => {
    assert.deepEqual((await lintGo(files('count()'))).short, []);
    assert.deepEqual((await lintGo(files('serve(grpc.NewServer())'))).short, ['GO-PROP-UNSET main.go:14']);
  });
});

describe('GO-PROP-UNSET where some instrumentations are given a propagator', () => {
  const files = (transport: string): Record<string, string> => ({
    'go.mod': MODULE,
    'main.go': `package main

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	tp := sdktrace.NewTracerProvider()
	otel.SetTracerProvider(tp)
	client := &http.Client{Transport: ${transport}}
	http.ListenAndServe(":8080", otelhttp.NewHandler(routes(client), "shop", otelhttp.WithPropagators(propagation.TraceContext{})))
}
`,
  });

  it('finds it when a client has none', async () => {
    const { short, findings } = await lintGo(files('otelhttp.NewTransport(nil, otelhttp.WithTracerProvider(tp))'));
    assert.deepEqual(short, ['GO-PROP-UNSET main.go:14']);
    assert.deepEqual(findings[0]!.related, ['main.go:15 This is given no propagator.']);
  });

  it('is silent when clients have one, or may have', async () => {
    for (const transport of [
      'otelhttp.NewTransport(nil, otelhttp.WithPropagators(propagation.TraceContext{}))',
      'otelhttp.NewTransport(nil, options...)',
      'otelhttp.NewTransport(nil, option)',
    ])
      assert.deepEqual((await lintGo(files(transport))).short, [], transport);
  });
});
