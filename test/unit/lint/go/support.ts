import { spawnSync } from 'node:child_process';
import { goCheck } from '../../../../src/lint/go/check';
import { lintProject, type FoundPlace, type LintedProject } from '../support/lintProject';

/** A service that exports traces with a propagator; tests add the file they are about. */
export const TRACED: Readonly<Record<string, string>> = {
  'go.mod':
    'module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgo.opentelemetry.io/otel v1.30.0\n\tgo.opentelemetry.io/otel/sdk v1.30.0\n' +
    '\tgo.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.55.0\n\tgoogle.golang.org/grpc v1.66.0\n)\n',
  'internal/telemetry/telemetry.go': `package telemetry

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	tp := sdktrace.NewTracerProvider()
	otel.SetTracerProvider(tp)
	otel.SetTextMapPropagator(propagation.TraceContext{})
}
`,
  'main.go': `package main

import (
	"example.com/shop/internal/telemetry"
	"example.com/shop/app"
)

func main() {
	telemetry.Setup()
	app.Run()
}
`,
};

/** Lints a traced service whose package `app` is this file, plus further files. */
export function lintApp(app: string, more: Readonly<Record<string, string>> = {}): Promise<LintedProject> {
  return lintProject(goCheck, { ...TRACED, 'app/app.go': app, ...more });
}

/** What is found in a traced service whose package `app` is this code; imports are paths, or a name with its quoted path. */
export async function findingsIn(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly FoundPlace[]> {
  const list = imports.map((one) => `\t${one.includes('"') ? one : `"${one}"`}\n`).join('');
  return (await lintApp(`package app\n\nimport (\n${list})\n\n${body}\n`, more)).findings;
}

/** The rules that are found in code that imports `context` and `otel` besides these. */
export async function rulesWithTracer(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const findings = await findingsIn(['context', 'go.opentelemetry.io/otel', ...imports], body, more);
  return findings.map(({ rule }) => rule);
}

/** Lints a project as it is given. */
export function lintGo(files: Readonly<Record<string, string>>): Promise<LintedProject> {
  return lintProject(goCheck, files);
}

/** What gofmt says of a file's syntax: '' when all is well, undefined where there is no Go. */
export function gofmtErrors(text: string): string | undefined {
  const run = spawnSync('gofmt', ['-e', '-l'], { input: text, encoding: 'utf8' });
  if (run.error !== undefined) return undefined;
  return run.status === 0 ? run.stdout : run.stderr;
}
