import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { lintGo, TRACED } from './support';

const CLIENT = `package app

import "google.golang.org/grpc"

func Run(addr string) (*grpc.ClientConn, error) {
	return grpc.NewClient(addr)
}
`;

/** The `go.mod` after the fix of the one finding, and the fix's title. */
async function mended(goMod: string, app = CLIENT): Promise<{ title: string; goMod: string }> {
  const files = { ...TRACED, 'go.mod': goMod, 'app/app.go': app };
  const { findings } = await lintGo(files);
  assert.equal(findings.length, 1);
  const { finding } = findings[0]!;
  const now = { ...files, ...applyFix(files, finding) };
  assert.deepEqual((await lintGo(now)).short, []);
  return { title: finding.fixes[0]!.title, goMod: now['go.mod'] };
}

const required = (...lines: readonly string[]): string =>
  `module example.com/shop\n\ngo 1.22\n\nrequire (\n${lines.map((line) => `\t${line}\n`).join('')})\n`;

const OTELGRPC = 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc';

describe('lint: fixes in Go that need a module', () => {
  it('require it in the version that belongs to that of OpenTelemetry', async () => {
    for (const [otel, contrib] of [
      ['1.14.0', '0.46.0'],
      ['1.20.0', '0.46.0'],
      ['1.21.0', '0.46.1'],
      ['1.22.0', '0.47.0'],
      ['1.38.0', '0.63.0'],
      ['1.47.1', '0.72.0'],
    ]) {
      const lines = [`go.opentelemetry.io/otel v${otel}`, `go.opentelemetry.io/otel/sdk v${otel}`];
      const { title, goMod } = await mended(required(...lines));
      assert.equal(goMod, required(`${OTELGRPC} v${contrib}`, ...lines));
      assert.equal(title, 'Send the trace context with otelgrpc.NewClientHandler, then go mod tidy');
    }
  });

  it('write a line of its own where each has one', async () => {
    const head = 'module example.com/shop\n\ngo 1.22\n\n';
    const lines = 'require go.opentelemetry.io/otel v1.30.0\nrequire go.opentelemetry.io/otel/sdk v1.30.0\n';
    const { goMod } = await mended(head + lines);
    assert.equal(goMod, `${head}require ${OTELGRPC} v0.55.0\n${lines}`);
  });

  it('leave go.mod alone where it is required, or OpenTelemetry itself is not', async () => {
    const sdk = 'go.opentelemetry.io/otel/sdk v1.30.0';
    for (const lines of [[`${OTELGRPC} v0.50.0 // indirect`, 'go.opentelemetry.io/otel v1.30.0', sdk], [sdk]]) {
      const { title, goMod } = await mended(required(...lines));
      assert.equal(goMod, required(...lines));
      assert.equal(title, 'Send the trace context with otelgrpc.NewClientHandler');
    }
  });

  it('require the module of otelhttp as well', async () => {
    const app = `package app

import "net/http"

var client = &http.Client{}

func Run(w http.ResponseWriter, r *http.Request) {
	req, _ := http.NewRequestWithContext(r.Context(), "GET", "http://stock:8080/items", nil)
	_, _ = client.Do(req)
}
`;
    const lines = ['go.opentelemetry.io/otel v1.30.0', 'go.opentelemetry.io/otel/sdk v1.30.0'];
    const { goMod } = await mended(required(...lines), app);
    const module = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.55.0';
    assert.equal(goMod, required(module, ...lines));
  });
});
