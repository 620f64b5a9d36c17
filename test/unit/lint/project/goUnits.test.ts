import assert from 'node:assert/strict';
import { filesOf, unitsById } from './units';

const MOD = `module github.com/acme/shop

go 1.22

require github.com/acme/common v0.3.0 // comment
require (
	go.opentelemetry.io/otel v1.28.0
	"github.com/IBM/sarama" v1.43.0
	golang.org/x/net v0.26.0 // indirect
)

replace (
	github.com/IBM/sarama => github.com/acme/sarama v1.42.1
	github.com/acme/common v0.3.0 => ../common
)
`;

describe('lint: Go modules', () => {
  it('takes what no main reaches for part of the one whose own files are not all there', async () => {
    const main =
      'package main\n\nimport "os"\n\nfunc main() {\n\tsay := func() {}\n\tsay()\n\tif err := run(os.Args); err != nil {\n\t\tpanic("run()")\n\t}\n}\n';
    const files = { 'go.mod': MOD, 'cmd/api/main.go': main, 'internal/trace/trace.go': 'package trace\n' };
    const partly = await unitsById(files);
    assert.deepEqual(filesOf(partly.get('go.mod#cmd/api')), ['cmd/api/main.go', 'internal/trace/trace.go']);
    const whole = await unitsById({
      ...files,
      'cmd/api/run.go': 'package main\n\nfunc run(args []string) error { return nil }\n',
    });
    assert.deepEqual(filesOf(whole.get('go.mod#cmd/api')), ['cmd/api/main.go', 'cmd/api/run.go']);
    assert.equal(whole.get('go.mod')?.kind, 'library');
  });

  it('knows a main whose closures and further names are its own for whole', async () => {
    const ofMain = async (body: string, more: Record<string, string> = {}): Promise<string[]> => {
      const main = `package main\n\nimport "github.com/acme/shop/gen/ordersv1"\n\nfunc main() {\n${body}\n}\n`;
      const files = { 'go.mod': MOD, 'cmd/api/main.go': main, 'pkg/sdk/sdk.go': 'package sdk\n', ...more };
      return filesOf((await unitsById(files)).get('go.mod#cmd/api'));
    };
    // What is generated is often left out of a repository, and leads to nothing that was written.
    for (const body of [
      '\tctx, stop := signal.NotifyContext(context.Background())\n\tdefer stop()',
      '\tvar first, second func()\n\tsecond()',
      '\tuse(func(next http.Handler, seen func()) http.Handler { seen(); return next })',
    ]) {
      const declared = { 'cmd/api/use.go': 'package main\n\nfunc use(any) {}\n' };
      assert.deepEqual(await ofMain(body, declared), ['cmd/api/main.go', 'cmd/api/use.go'], body);
    }
    assert.deepEqual(await ofMain('\tctx, stop := setUp()\n\tserve(ctx)'), ['cmd/api/main.go', 'pkg/sdk/sdk.go']);
    const missing = { 'cmd/api/more.go': 'package main\n\nimport "github.com/acme/shop/internal/general"\n' };
    assert.deepEqual(await ofMain('', missing), ['cmd/api/main.go', 'cmd/api/more.go', 'pkg/sdk/sdk.go']);
  });

  it('reads a list of imports to its end, also where comments in it have parentheses', async () => {
    const main = `package main\n\nimport (\n\t"fmt"\n\n\t// All plugins (e.g. GCP, OIDC).\n\t_ "k8s.io/auth"\n\n\t"github.com/acme/shop/o11y"\n)\n\nfunc main() {}\n`;
    const files = {
      'go.mod': MOD,
      'cmd/main.go': main,
      'o11y/o11y.go': 'package o11y\n',
      'sdk/sdk.go': 'package sdk\n',
    };
    assert.deepEqual(filesOf((await unitsById(files)).get('go.mod#cmd')), ['cmd/main.go', 'o11y/o11y.go']);
  });

  it('makes a unit of every main package with what it imports, also of replaced modules', async () => {
    const units = await unitsById({
      'shop/go.mod': MOD,
      'shop/cmd/api/main.go':
        'package main\n\nimport (\n\t"context"\n\n\t"github.com/acme/shop/internal/http"\n)\n\nfunc main() {}\n',
      'shop/cmd/api/flags.go': 'package main\n',
      'shop/cmd/job/main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println() }\n',
      'shop/internal/http/http.go': 'package http\n\nimport log "github.com/acme/common/log"\n',
      'shop/internal/http/http_test.go': 'package http\n',
      'shop/pkg/unused/unused.go': 'package unused\n',
      'shop/tools/gen.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
      'common/go.mod':
        'module github.com/acme/common\n\nrequire go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.53.0\n',
      'common/log/log.go': 'package log\n',
    });
    assert.deepEqual(filesOf(units.get('shop/go.mod#cmd/api')), [
      'common/log/log.go',
      'shop/cmd/api/flags.go',
      'shop/cmd/api/main.go',
      'shop/internal/http/http.go',
    ]);
    assert.deepEqual(filesOf(units.get('shop/go.mod#cmd/job')), ['shop/cmd/job/main.go']);
    assert.deepEqual(filesOf(units.get('shop/go.mod')), ['shop/pkg/unused/unused.go']);
    assert.equal(units.get('shop/go.mod')?.kind, 'library');
    assert.equal(units.get('common/go.mod')?.kind, 'library');
    const dependencies = units.get('shop/go.mod#cmd/api')!.dependencies;
    const shown = [...dependencies.values()].map(({ name, version, scope, at }) => [
      name,
      version,
      scope,
      at.range.startLine,
    ]);
    assert.deepEqual(shown, [
      ['github.com/acme/common', '0.3.0', 'runtime', 4],
      ['go.opentelemetry.io/otel', '1.28.0', 'runtime', 6],
      ['github.com/IBM/sarama', '1.42.1', 'runtime', 7],
      ['golang.org/x/net', '0.26.0', 'indirect', 8],
      ['go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp', '0.53.0', 'runtime', 2],
    ]);
  });

  it('gives what a cut-out cannot reach to the main packages that import what is not there', async () => {
    const units = await unitsById({
      'go.mod': MOD,
      'main.go': 'package main\n\nimport "github.com/acme/shop/internal/app"\n\nfunc main() { app.Run() }\n',
      'internal/client/client.go': 'package client\n',
    });
    assert.deepEqual([...units.keys()], ['go.mod']);
    assert.deepEqual(filesOf(units.get('go.mod')), ['internal/client/client.go', 'main.go']);
  });

  it('comes to an end where packages import each other', async () => {
    const units = await unitsById({
      'go.mod': MOD,
      'main.go': 'package main\nimport "github.com/acme/shop/a"\nfunc main() {}\n',
      'a/a.go': 'package a\nimport "github.com/acme/shop/b"\n',
      'b/b.go': 'package b\nimport "github.com/acme/shop/a"\n',
    });
    assert.deepEqual(filesOf(units.get('go.mod')), ['a/a.go', 'b/b.go', 'main.go']);
  });
});
