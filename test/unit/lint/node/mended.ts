import assert from 'node:assert/strict';
import ts from 'typescript';
import { nodeCheck } from '../../../../src/lint/node/check';
import { NO_LINT_SETTINGS, type LintSettings } from '../../../../src/lint/lintSettings';
import { applyFix, lintProject } from '../support/lintProject';

/** What the packages declare, as far as the fixes use them. */
const AMBIENT = `
declare const process: { env: Record<string, string | undefined> };
declare const exporter: object;
declare function setInterval(callback: () => void, ms: number): { unref(): void };
declare function require(module: string): never;
declare const module: { exports: object };
interface Response { json(): Promise<unknown>; text(): Promise<string> }
declare function fetch(url: string, options?: { headers?: Record<string, string>; method?: string }): Promise<Response>;
declare module '@opentelemetry/sdk-node' { export class NodeSDK { constructor(options?: { traceExporter?: object; serviceName?: string; instrumentations?: (object | object[])[] }); start(): void } }
declare module '@azure/monitor-opentelemetry' { export function useAzureMonitor(options?: object): void }
declare module '@opentelemetry/instrumentation' { export function registerInstrumentations(options: { instrumentations?: (object | object[])[] }): () => void }
declare module '@opentelemetry/instrumentation-http' { export class HttpInstrumentation { constructor(options?: object) } }
declare module '@opentelemetry/instrumentation-undici' { export class UndiciInstrumentation { constructor(options?: object) } }
declare module '@opentelemetry/instrumentation-kafkajs' { export class KafkaJsInstrumentation { constructor(options?: object) } }
declare module '@opentelemetry/instrumentation-fetch' { export class FetchInstrumentation { constructor(options?: object) } }
declare module '@opentelemetry/auto-instrumentations-node' { export function getNodeAutoInstrumentations(options?: object): object[] }
declare module '@opentelemetry/exporter-trace-otlp-http' { export class OTLPTraceExporter {} }
declare module '@opentelemetry/context-async-hooks' { export class AsyncLocalStorageContextManager { enable(): this } }
declare module '@opentelemetry/sdk-trace-base' { export class BasicTracerProvider { constructor(options?: object) } export class BatchSpanProcessor { constructor(exporter: object) } }
declare module 'bullmq' {
  export interface Options { connection: object; concurrency?: number; telemetry?: object }
  export class Queue { constructor(name: string, options?: Options); add(name: string, data: object): Promise<object> }
  export class Worker { constructor(name: string, processor: (job: { data: object }) => Promise<void>, options?: Options) }
}
declare module 'bullmq-otel' { export class BullMQOtel { constructor(name: string) } }
declare module '@vercel/otel' { export function registerOTel(options: string | { serviceName: string; instrumentationConfig?: { fetch?: { propagateContextUrls?: (string | RegExp)[] } } }): void }
declare module 'kafkajs' { 
  export interface Message { key?: string; value: string | null; headers?: Record<string, string> }
  export interface EachMessagePayload { topic: string; message: { value: string | null; headers?: Record<string, Uint8Array | string | undefined> } }
  export class Kafka { constructor(options: object); producer(): { send(record: { topic: string; messages: Message[] }): Promise<void> }; consumer(options: { groupId: string }): { run(options: { eachMessage(payload: EachMessagePayload): Promise<void> }): Promise<void> } } }
declare module 'node-rdkafka' { export default class Kafka { static Producer: new (options: object) => { produce(topic: string, partition: number | null, message: object, key?: string, timestamp?: number, opaque?: object, headers?: Record<string, string>[]): void } } }
declare const Buffer: { from(text: string): object };
declare module '@opentelemetry/api' {
  export interface Context { readonly marker: 'context' }
  export interface Span { end(): void }
  export interface Tracer { startSpan(name: string, options?: object, context?: Context): Span; startActiveSpan<T>(name: string, fn: (span: Span) => T): T; startActiveSpan<T>(name: string, options: object, context: Context, fn: (span: Span) => T): T }
  export const ROOT_CONTEXT: Context;
  export const context: { active(): Context; with<T>(context: Context, fn: () => T): T; setGlobalContextManager(manager: object): void };
  export const trace: { getTracer(name: string): Tracer; setSpan(context: Context, span: Span): Context; setGlobalTracerProvider(provider: object): void };
  export const propagation: { inject(context: Context, carrier: object): void; extract(context: Context, carrier: object): Context };
}
`;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  allowJs: true,
  types: [],
  lib: ['lib.es2022.d.ts'],
  noUnusedLocals: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.Preserve,
};

const libraries = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of files, unused names included; nothing of this project's own packages is in reach. */
export function complaints(files: Readonly<Record<string, string>>): string[] {
  const given = Object.entries({ ...files, 'ambient.d.ts': AMBIENT }).filter(([name]) => /\.[jt]sx?$/.test(name));
  const sources = new Map(given.map(([name, text]) => [`/nowhere/${name}`, text]));
  const host = ts.createCompilerHost(OPTIONS);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target): ts.SourceFile | undefined => {
    const text = sources.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, target);
    if (!libraries.has(name)) libraries.set(name, read(name, target));
    return libraries.get(name);
  };
  host.getCurrentDirectory = (): string => '/nowhere';
  host.fileExists = (name): boolean => sources.has(name);
  const program = ts.createProgram([...sources.keys()], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

/** Applies the first fix of the only finding, and looks that it compiles and that nothing is found any more. */
export async function mended(
  files: Record<string, string>,
  title: string,
  settings: LintSettings = NO_LINT_SETTINGS,
): Promise<Readonly<Record<string, string>>> {
  const before = await lintProject(nodeCheck, files, settings);
  assert.equal(before.findings.length, 1, before.short.join('\n'));
  const { finding } = before.findings[0]!;
  assert.equal(finding.fixes[0]?.title, title);
  const fixed = applyFix(files, finding);
  assert.deepEqual(complaints(fixed), []);
  if (fixed['package.json'] !== undefined) JSON.parse(fixed['package.json']);
  assert.deepEqual((await lintProject(nodeCheck, fixed, settings)).short, []);
  return fixed;
}
