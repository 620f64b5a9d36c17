import { SpanlightError } from '../base/errors';
import { DEFAULT_GRPC_PORT, DEFAULT_HTTP_PORT } from '../traces/receiver/receiver';
import { parseOptions } from './parseOptions';

export const RECEIVE_HELP = `spanlight receive [--host address] [--port n] [--grpc-port n] [--json]

Receives OpenTelemetry traces over OTLP/HTTP and OTLP/gRPC and shows the operations in them, until it is stopped.

  --host <address>   where to listen (default 127.0.0.1; another address lets other machines send)
  --port <n>         port of OTLP/HTTP (default 4318; 0 takes a free one)
  --grpc-port <n>    port of OTLP/gRPC (default 4317, with --port 0 a free one; 0 takes a free one)
  --json             one JSON line each: first {listening: {http, grpc}}, then every second {receivedSpans,
                     droppedSpans, rejectedRequests, traces, operations, retainedBytes} (running totals)
  -h, --help         this text

A port that is taken is replaced by the next free one. Exit code 0, or 2 when it cannot listen or the options are wrong.
`;

/** What `spanlight receive` was called with. */
export interface ReceiveOptions {
  readonly host?: string;
  readonly httpPort?: number;
  readonly grpcPort?: number;
  readonly json: boolean;
}

/** Undefined when help was asked for. @throws SpanlightError for what it does not understand. */
export function readReceiveOptions(args: readonly string[]): ReceiveOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const httpPort = portOption('--port', values.port);
  const grpcPort = portOption('--grpc-port', values['grpc-port']) ?? (httpPort === 0 ? 0 : undefined);
  const wanted = httpPort ?? DEFAULT_HTTP_PORT;
  if (wanted !== 0 && wanted === (grpcPort ?? DEFAULT_GRPC_PORT)) {
    throw new SpanlightError(`HTTP and gRPC cannot both have port ${wanted}.`, undefined, 'Name two.');
  }
  return {
    json: values.json ?? false,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(httpPort === undefined ? {} : { httpPort }),
    ...(grpcPort === undefined ? {} : { grpcPort }),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { host: text, port: text, 'grpc-port': text, json: flag, help: { ...flag, short: 'h' } } as const;
  return parseOptions('receive', { args: withNegatives(args), options }).values;
}

/** `--port -1` as `--port=-1`: it is a wrong number, and not an option called -1. */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before !== undefined && /^--(grpc-)?port$/.test(before))
      joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

function portOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new SpanlightError(`${name} "${value}" is no port.`, undefined, 'Ports are numbers from 0 to 65535.');
}
