/** What lint mends in Go, compiled with the real packages. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { goCheck } from '../../src/lint/go/check';
import { missingFor, serversRequired } from '../support/servers/toolchains';
import { runTool } from '../support/servers/runTool';
import { applyFix, lintProject } from '../unit/lint/support/lintProject';

const MODULE = `module example.com/shop

go 1.24

require (
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.63.0
	go.opentelemetry.io/otel v1.38.0
	go.opentelemetry.io/otel/sdk v1.38.0
	go.opentelemetry.io/otel/trace v1.38.0
)
`;

const telemetry = (propagator: string): string => `package telemetry

import (
	"go.opentelemetry.io/otel"
${propagator === '' ? '' : '\t"go.opentelemetry.io/otel/propagation"\n'}	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	tp := sdktrace.NewTracerProvider()
	otel.SetTracerProvider(tp)
${propagator}}
`;

const SET = '\totel.SetTextMapPropagator(propagation.TraceContext{})\n';

const main = (body: string, imports: readonly string[] = []): string => `package main

import (
${['context', 'net/http', ...imports].map((name) => `\t"${name}"\n`).join('')}
	"example.com/shop/telemetry"
)

func main() {
	telemetry.Setup()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { Get(r.Context()) })
	_ = http.ListenAndServe(":8080", nil)
}

${body}
`;

const PLAIN = `func Get(ctx context.Context) {
	client := &http.Client{}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	_, _ = client.Do(req)
}`;

const NO_CONTEXT = `func Get(ctx context.Context) {
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	_, _ = client.Do(req)
}`;

const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

const PROGRAMS = {
  'GO-HTTP-PLAIN-CLIENT': [main(PLAIN), telemetry(SET)],
  'GO-HTTP-REQ-NO-CTX': [main(NO_CONTEXT, [OTELHTTP]), telemetry(SET)],
  'GO-PROP-UNSET': [main(NO_CONTEXT.replace('NewRequest(', 'NewRequestWithContext(ctx, '), [OTELHTTP]), telemetry('')],
} as const;

const missing = missingFor('jaeger1');
const title = 'what lint mends in Go compiles';
if (missing !== undefined && !serversRequired()) describe(title, () => void it(`is left out: ${missing.reason}`));
else describe(title, suite);

function suite(this: Mocha.Suite): void {
  // The first build compiles net/http and the SDK.
  this.timeout(20 * 60_000);

  it('in the programs of all rules together', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-go-'));
    try {
      for (const [rule, [code, setup]] of Object.entries(PROGRAMS)) {
        const files = { 'go.mod': MODULE, 'main.go': code, 'telemetry/telemetry.go': setup };
        const { findings } = await lintProject(goCheck, files);
        assert.deepEqual(
          findings.map((found) => found.rule),
          [rule],
        );
        const fixed = applyFix(files, findings[0]!.finding);
        assert.notDeepEqual(fixed, files);
        for (const [name, text] of Object.entries(fixed)) {
          const file = path.join(folder, rule, name);
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, text);
        }
        const env = { GOFLAGS: '-mod=mod -buildvcs=false' };
        const what = `compiling the fix of ${rule}`;
        await runTool({ what, command: 'go', args: ['vet', './...'], cwd: path.join(folder, rule), env }, () => {});
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
