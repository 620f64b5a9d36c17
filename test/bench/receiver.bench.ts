/**
 * CPU per received span: the receiver with its store, against a server that only reads the bodies and one that decodes
 * them with protobufjs. Each is a process of its own with the same load, interleaved, best of some rounds. Linux only
 * (CPU time of another process). Run: npx tsx test/bench/receiver.bench.ts
 */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Processes, tellingProcesses } from '../../src/engine/sources/processes';
import { OtlpIngest } from '../../src/traces/ingest';
import { loadMessages } from '../../src/traces/otlp/messages';
import { startReceiver } from '../../src/traces/receiver/receiver';
import { EmbeddedStore } from '../../src/traces/store/embeddedStore';
import { payload } from './support/payload';

const ROUNDS = 3;
const REQUESTS = 200;
const SPANS = 512;
const COPIES = 3;
const WARM_UP = 40;
const SOCKETS = 4;
/** Clock ticks of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const SERVERS: Readonly<Record<string, () => Promise<string>>> = {
  drain: () => plainServer(() => undefined),
  protobufjs: () => {
    const { TracesData } = loadMessages().trace.v1;
    return plainServer((body) => void TracesData.decode(body));
  },
  spanlight: async () => {
    const sink = new OtlpIngest(new EmbeddedStore());
    return (await startReceiver({ httpPort: 0, grpcPort: 0, sink })).status().http.url;
  },
  // As in the engine, which asks of which process every operation was.
  telling: async () => {
    const store = new EmbeddedStore();
    const sink = new OtlpIngest(
      tellingProcesses(store, new Processes((operation) => store.operationTable.id(operation))),
    );
    return (await startReceiver({ httpPort: 0, grpcPort: 0, sink })).status().http.url;
  },
};

/** Reads every body into one buffer of its length, as cheaply as Node can. */
function plainServer(take: (body: Buffer) => void): Promise<string> {
  const server = http.createServer((request, response) => {
    const body = Buffer.allocUnsafe(Number(request.headers['content-length']));
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.copy(body, length)));
    request.on('end', () => {
      take(body);
      response.setHeader('content-type', 'application/x-protobuf');
      response.end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
}

function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function start(name: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(__filename, [name], { execArgv: ['--require', 'tsx/cjs'] });
  return new Promise((resolve, reject) => {
    child.once('message', (url: string) => resolve({ child, url }));
    child.once('error', reject);
  });
}

function post(url: string, agent: http.Agent, body: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error('not taken'))));
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** CPU seconds per span of one server. */
async function measure(name: string, bodies: readonly Uint8Array[]): Promise<number> {
  const { child, url } = await start(name);
  const agent = new http.Agent({ keepAlive: true, maxSockets: SOCKETS });
  const send = async (count: number): Promise<void> => {
    let next = 0;
    const one = async (): Promise<void> => {
      while (next < count) await post(url, agent, bodies[next++ % bodies.length]!);
    };
    await Promise.all(Array.from({ length: SOCKETS }, one));
  };
  await send(WARM_UP);
  const before = ticks(child.pid!);
  await send(bodies.length * COPIES);
  const used = (ticks(child.pid!) - before) / TICKS_PER_SECOND;
  agent.destroy();
  child.kill();
  return used / (bodies.length * COPIES * SPANS);
}

async function main(): Promise<void> {
  for (const locations of [300, 100_000]) {
    const bodies = payload({ requests: REQUESTS, spansPerRequest: SPANS, locations });
    const best: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of Object.keys(SERVERS)) {
        best[name] = Math.min(best[name] ?? Infinity, await measure(name, bodies));
      }
    }
    console.log(`${locations} code locations`);
    for (const [name, seconds] of Object.entries(best)) {
      const share = (best['drain']! / seconds).toFixed(2);
      console.log(`  ${name.padEnd(12)}${Math.round(1 / seconds / 1000)} k spans/CPU-s  ${share}× of draining`);
    }
  }
}

const server = SERVERS[process.argv[2] ?? ''];
if (server !== undefined) void server().then((url) => process.send?.(url));
else void main();
