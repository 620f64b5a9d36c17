import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { gofmtErrors, lintGo, TRACED } from './support';

const TELEMETRY = 'internal/telemetry/telemetry.go';

function without(...lines: readonly string[]): Record<string, string> {
  const text = TRACED[TELEMETRY]!.split('\n').filter((line) => !lines.some((one) => line.includes(one)));
  return { ...TRACED, [TELEMETRY]: text.join('\n') };
}

describe('GO-PROP-UNSET', () => {
  it('is silent where the propagator is set', async () => {
    assert.deepEqual((await lintGo(TRACED)).short, []);
  });

  it('finds a provider without a propagator, at the line that sets it', async () => {
    const files = without('SetTextMapPropagator', 'otel/propagation');
    const { short, findings } = await lintGo(files);
    assert.deepEqual(short, [`GO-PROP-UNSET ${TELEMETRY}:10`]);
    assert.match(findings[0]!.message, /no propagator is set/);
  });

  it('takes what protoc writes for no set-up, whatever its package is called', async () => {
    const registers = (call: string): Record<string, string> => ({
      ...without('SetTextMapPropagator', 'otel/propagation'),
      'app/app.go': `package app\n\nimport pb "github.com/acme/otel-shop/gen"\n\nfunc Run() { pb.${call} }\n`,
    });
    const found = [`GO-PROP-UNSET ${TELEMETRY}:10`];
    assert.deepEqual((await lintGo(registers('RegisterOrdersServer(server, orders)'))).short, found);
    assert.deepEqual((await lintGo(registers('Register(server)'))).short, []);
  });

  it('takes what is made for logs and metrics, and spans that begin, for no set-up', async () => {
    const importing = (from: string, body: string): Record<string, string> => ({
      ...without('SetTextMapPropagator', 'otel/propagation'),
      'app/app.go': `package app\n\nimport lib "${from}"\n\nfunc Run() {\n\t${body}\n}\n`,
    });
    const found = [`GO-PROP-UNSET ${TELEMETRY}:10`];
    const logs = 'github.com/acme/opentelemetry-logs-go/sdk';
    for (const made of ['NewLoggerProvider()', 'NewMeterProvider()', 'NewNoopTracerProvider()'])
      assert.deepEqual((await lintGo(importing(logs, `use(lib.${made})`))).short, found, made);
    assert.deepEqual((await lintGo(importing(logs, 'use(lib.NewProvider())'))).short, []);
    const profiling = 'github.com/grafana/otel-profiling-go';
    assert.deepEqual((await lintGo(importing(profiling, 'otel.Set(lib.NewTracerProvider(tp))'))).short, found);
    const tracing = 'k8s.io/utils/tracing';
    assert.deepEqual((await lintGo(importing(tracing, 'ctx, span := lib.Start(ctx, "write")'))).short, found);
    assert.deepEqual((await lintGo(importing(tracing, 'stop := lib.Start(ctx, "shop")'))).short, []);
  });

  it('is mended by one line and its import, as gofmt writes them', async function () {
    const files = without('SetTextMapPropagator', 'otel/propagation');
    const { findings } = await lintGo(files);
    const fixed = applyFix(files, findings[0]!.finding);
    assert.match(
      fixed[TELEMETRY]!,
      /\n\t"go\.opentelemetry\.io\/otel"\n\t"go\.opentelemetry\.io\/otel\/propagation"\n\tsdktrace/,
    );
    assert.match(fixed[TELEMETRY]!, /\n\totel\.SetTextMapPropagator\(propagation\.NewCompositeTextMapPropagator\(/);
    assert.deepEqual((await lintGo(fixed)).short, []);
    const errors = gofmtErrors(fixed[TELEMETRY]!);
    if (errors === undefined) console.log('      gofmt is not installed: the form of the fix is not checked');
    else assert.equal(errors, '');
  });

  it('hears of a propagator set in another package or module of the workspace', async () => {
    const files = {
      ...without('SetTextMapPropagator', 'otel/propagation'),
      'main.go':
        'package main\n\nimport (\n\t"example.com/shop/internal/telemetry"\n\t"example.com/platform/tracing"\n)\n\nfunc main() {\n\ttelemetry.Setup()\n\ttracing.Propagate()\n}\n',
      'platform/go.mod': 'module example.com/platform\n\nrequire go.opentelemetry.io/otel v1.30.0\n',
      'platform/tracing/tracing.go':
        'package tracing\n\nimport (\n\t"go.opentelemetry.io/otel"\n\t"go.opentelemetry.io/contrib/propagators/autoprop"\n)\n\nfunc Propagate() {\n\totel.SetTextMapPropagator(autoprop.NewTextMapPropagator())\n}\n',
    };
    assert.deepEqual((await lintGo(files)).short, []);
  });

  it('is silent for a provider that does nothing, for vendors and for explicit propagators', async () => {
    const noop = without('SetTextMapPropagator', 'otel/propagation');
    noop[TELEMETRY] = noop[TELEMETRY]!.replace('tp := sdktrace.NewTracerProvider()', 'tp := noop.NewTracerProvider()');
    assert.deepEqual((await lintGo(noop)).short, []);
    const vendor = without('SetTextMapPropagator', 'otel/propagation');
    vendor[TELEMETRY] = vendor[TELEMETRY]!.replace(
      'import (',
      'import (\n\t"github.com/uptrace/uptrace-go/uptrace"',
    ).replace('\ttp :=', '\tuptrace.ConfigureOpentelemetry()\n\ttp :=');
    assert.deepEqual((await lintGo(vendor)).short, []);
    const explicit = without('SetTextMapPropagator', 'otel/propagation');
    explicit['main.go'] = explicit['main.go']!.replace(
      'app.Run()',
      'app.Run(otelhttp.WithPropagators(app.Propagators))',
    );
    assert.deepEqual((await lintGo(explicit)).short, []);
  });

  it('sees through a provider that does nothing until another takes its place', async () => {
    const files = without('SetTextMapPropagator', 'otel/propagation');
    files[TELEMETRY] = files[TELEMETRY]!.replace(
      '\ttp := sdktrace.NewTracerProvider()',
      '\ttp := trace.NewNoopTracerProvider()\n\tif enabled {\n\t\ttp = sdktrace.NewTracerProvider()\n\t}',
    );
    assert.deepEqual((await lintGo(files)).short, [`GO-PROP-UNSET ${TELEMETRY}:13`]);
  });

  it('hears of the propagator of a bridge from OpenTracing', async () => {
    const bridge =
      '\tbridge := opentracing.NewBridgeTracer()\n\tbridge.SetTextMapPropagator(propagation.TraceContext{})';
    const text = TRACED[TELEMETRY]!.replace('\totel.SetTextMapPropagator(propagation.TraceContext{})', bridge);
    const bridged = text.replace('import (', 'import (\n\t"example.com/bridge/opentracing"');
    assert.deepEqual((await lintGo({ ...TRACED, [TELEMETRY]: bridged })).short, []);
  });

  it('does not take a composite of nothing for a propagator', async () => {
    const files = { ...TRACED };
    files[TELEMETRY] = files[TELEMETRY]!.replace(
      'propagation.TraceContext{}',
      'propagation.NewCompositeTextMapPropagator()',
    );
    assert.deepEqual((await lintGo(files)).short, [`GO-PROP-UNSET ${TELEMETRY}:11`]);
  });

  it('is silent where only metrics are set up, or tracing is an indirect dependency', async () => {
    const metrics = without('SetTextMapPropagator', 'SetTracerProvider', 'sdktrace', 'otel/propagation');
    metrics[TELEMETRY] = metrics[TELEMETRY]!.replace(
      'func Setup() {',
      'func Setup() {\n\totel.SetMeterProvider(metric.NewMeterProvider())',
    );
    assert.deepEqual((await lintGo(metrics)).short, []);
  });

  it('tells what it knows', async () => {
    const { explained } = await lintGo(TRACED);
    assert.ok(explained.some((line) => line.startsWith('tracing: traces are exported')));
    assert.ok(explained.some((line) => line.startsWith('propagators: a propagator is set')));
  });

  it('shows the provider that exports, not the one for where there is nothing to export to', async () => {
    const files = without('SetTextMapPropagator', 'otel/propagation');
    files[TELEMETRY] = files[TELEMETRY]!.replace(
      '\ttp := sdktrace.NewTracerProvider()',
      '\tif endpoint == "" {\n\t\totel.SetTracerProvider(sdktrace.NewTracerProvider())\n\t\treturn\n\t}\n\ttp := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))',
    );
    assert.deepEqual((await lintGo(files)).short, [`GO-PROP-UNSET ${TELEMETRY}:14`]);
  });

  it('is silent where the code calls a propagator of its own, and no instrumentation goes by another', async () => {
    const own = (body: string, instrumented: boolean): Record<string, string> => {
      const files = without('SetTextMapPropagator', 'otel/propagation');
      if (!instrumented) files['go.mod'] = files['go.mod']!.replace(/\tgo\.opentelemetry\.io\/contrib.*\n/, '');
      const imports = '\t"context"\n\t"net/http"\n\n\t"go.opentelemetry.io/otel/propagation"\n';
      files['app/app.go'] =
        `package app\n\nimport (\n${imports})\n\nfunc Run() { http.ListenAndServe(":1", nil) }\n\n` +
        `func parent(r *http.Request) context.Context {\n\t${body}\n}\n`;
      return files;
    };
    const called = 'return propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))';
    const held =
      'p := propagation.TraceContext{}\n\treturn p.Extract(r.Context(), propagation.HeaderCarrier(r.Header))';
    const other = 'p := propagation.TraceContext{}\n\t_ = p\n\treturn r.Context()';
    const short = async (body: string, instrumented: boolean): Promise<readonly string[]> =>
      (await lintGo(own(body, instrumented))).short;
    assert.deepEqual(await short(called, false), []);
    assert.deepEqual(await short(held, false), []);
    assert.deepEqual(await short(other, false), [`GO-PROP-UNSET ${TELEMETRY}:10`]);
    assert.deepEqual(await short(called, true), [`GO-PROP-UNSET ${TELEMETRY}:10`]);
  });

  it('is silent where Kratos traces by a propagator of its own, and nothing goes by another', async () => {
    const kratos = (also: string, used = ''): Record<string, string> => ({
      ...without('SetTextMapPropagator', 'otel/propagation'),
      'go.mod': TRACED['go.mod']!.replace(/\)\n$/, '\tgithub.com/go-kratos/kratos/v2 v2.7.0\n)\n'),
      'app/app.go':
        `package app\n\nimport (\n\t"github.com/go-kratos/kratos/v2/middleware/tracing"\n\t"github.com/go-kratos/kratos/v2/transport/http"\n${also})\n\n` +
        `func Run() {\n\thttp.NewServer(http.Middleware(tracing.Server()))\n\t${used}\n}\n`,
    });
    const found = [`GO-PROP-UNSET ${TELEMETRY}:10`];
    assert.deepEqual((await lintGo(kratos(''))).short, []);
    const GIN = '\t"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"\n';
    assert.deepEqual((await lintGo(kratos(GIN, 'engine.Use(otelgin.Middleware("shop"))'))).short, found);
    const OTEL = '\t"go.opentelemetry.io/otel"\n';
    assert.deepEqual((await lintGo(kratos(OTEL, 'otel.GetTextMapPropagator().Inject(ctx, headers)'))).short, found);
  });
});
