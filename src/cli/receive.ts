import { parseArgs } from 'node:util';
import { describeError, SpanlightError } from '../base/errors';
import type { Logger } from '../base/logger';
import { OtlpIngest } from '../traces/ingest';
import { startReceiver, type Receiver } from '../traces/receiver/receiver';
import { EmbeddedStore } from '../traces/store/embeddedStore';
import { OperationsScreen } from './operationsScreen';

const HELP = `spanlight receive [--host address] [--port n] [--grpc-port n] [--json]

Receives OpenTelemetry traces over OTLP/HTTP and OTLP/gRPC and shows the operations in them, until it is stopped.

  --host <address>   where to listen (default 127.0.0.1; another address lets other machines send)
  --port <n>         port of OTLP/HTTP (default 4318; 0: any free one)
  --grpc-port <n>    port of OTLP/gRPC (default 4317; 0: any free one; with --port 0 also any)
  --json             one JSON line each: first {listening: {http, grpc}}, then every second {receivedSpans,
                     droppedSpans, rejectedRequests, traces, operations, retainedBytes} (running totals)
  --help             this text

A port that is taken is replaced by the next free one. Exit code 0, or 2 when it cannot listen or the options are wrong.
`;

const EVERY_MS = 1_000;

interface Options {
  readonly host?: string;
  readonly httpPort?: number;
  readonly grpcPort?: number;
  readonly json: boolean;
}

/** `spanlight receive`: runs until SIGINT or SIGTERM. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === undefined) process.stdout.write(HELP);
    else await receive(options);
    return 0;
  } catch (error) {
    if (!(error instanceof SpanlightError)) throw error;
    process.stderr.write(`spanlight receive: ${describeError(error)}\n`);
    return 2;
  }
}

/** Undefined when help was asked for. */
function readOptions(args: string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let values;
  try {
    const options = { host: text, port: text, 'grpc-port': text, json: flag, help: flag };
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new SpanlightError(describeError(error), undefined, 'See spanlight receive --help.');
  }
  if (values.help) return undefined;
  const httpPort = portOption('--port', values.port);
  const grpcPort = portOption('--grpc-port', values['grpc-port']) ?? (httpPort === 0 ? 0 : undefined);
  return {
    json: values.json ?? false,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(httpPort === undefined ? {} : { httpPort }),
    ...(grpcPort === undefined ? {} : { grpcPort }),
  };
}

function portOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new SpanlightError(`${name} ${value} is no port.`, undefined, 'Ports are numbers from 0 to 65535.');
}

async function receive({ json, ...address }: Options): Promise<void> {
  const store = new EmbeddedStore();
  const receiver = await startReceiver({ ...address, sink: new OtlpIngest(store), logger: errorLogger });
  const stopped = untilStopped();
  const print = json ? jsonLines(store, receiver) : table(store, receiver);
  const timer = setInterval(print, EVERY_MS);
  await stopped;
  clearInterval(timer);
  print();
  await receiver.close();
}

function jsonLines(store: EmbeddedStore, receiver: Receiver): () => void {
  const { http, grpc } = receiver.status();
  writeLine({ listening: { http: http.url, grpc: grpc.url } });
  return () => {
    const { droppedSpans, traces, operations, retainedBytes } = store.counters();
    const { acceptedSpans, rejectedRequests } = receiver.counters;
    writeLine({ receivedSpans: acceptedSpans, droppedSpans, rejectedRequests, traces, operations, retainedBytes });
  };
}

function table(store: EmbeddedStore, receiver: Receiver): () => void {
  const { http, grpc } = receiver.status();
  process.stdout.write(`Listening for OTLP on ${http.url} (HTTP) and ${grpc.url} (gRPC). Ctrl+C stops.\n`);
  const screen = new OperationsScreen(store, receiver.counters, process.stdout);
  return () => screen.draw();
}

function writeLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Resolves when the process is told to end, or when nobody reads its output any more. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.stdout.once('error', () => resolve());
  });
}

const say = (message: string): void => void process.stderr.write(`${message}\n`);
const errorLogger: Logger = { debug: () => undefined, info: () => undefined, warn: say, error: say };
