// Builds the shop and runs its services and the load until Ctrl+C.
// Spans go to OTEL_EXPORTER_OTLP_ENDPOINT; the events go through the Kafka that KAFKA_BROKERS names, if it names one.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));

const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(1);

const [gateway, orders, payments, ledger] = await freePorts([8080, 8081, 8082, 8083]);
const url = (port) => `http://127.0.0.1:${port}`;
const addresses = {
  ORDERS_URL: url(orders),
  PAYMENTS_URL: url(payments),
  LEDGER_ADDRESS: `127.0.0.1:${ledger}`,
  GATEWAY_URL: url(gateway),
};

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://127.0.0.1:4318';
const grpcEndpoint = process.env.SHOP_OTLP_GRPC_ENDPOINT ?? 'http://127.0.0.1:4317';

/** The same as in compose.yaml; each of the three protocols has its service. */
const services = [
  { name: 'payment-api', env: { PORT: payments, ...over('grpc', grpcEndpoint) } },
  { name: 'orders-api', env: { PORT: orders, CODE_LOCATIONS: 'true', ...over('http/json', endpoint) } },
  { name: 'api-gateway', env: { PORT: gateway, ...over('http/protobuf', endpoint) } },
  ...(process.env.KAFKA_BROKERS ? [{ name: 'notification-worker', env: over('http/protobuf', endpoint) }] : []),
];

const children = [];
for (const { name, env } of services) {
  const child = run(['--require', './dist/shared/telemetry.js', `./dist/${name}/main.js`], {
    OTEL_SERVICE_NAME: name,
    ...env,
  });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('listens') && resolve());
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    setTimeout(() => reject(new Error(`${name} did not start within 60 s`)), 60_000).unref();
  });
  child.once('exit', (code) => stopping || stop(`${name} ended with ${code}`));
}
run(['./dist/load/load.js'], {});
console.log(`shop: ${services.map((service) => service.name).join(', ')}; the gateway is ${url(gateway)}`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop());

function stop(reason) {
  if (stopping) return;
  stopping = true;
  if (reason) console.error(`shop: ${reason}`);
  for (const child of children) child.kill('SIGTERM');
  setTimeout(() => process.exit(reason ? 1 : 0), 1_500);
}

function run(args, env) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,process',
      OTEL_SEMCONV_STABILITY_OPT_IN: 'http',
      ...addresses,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** SHOP_PROTOCOL makes all services speak the same one. */
function over(protocol, address) {
  if (process.env.SHOP_PROTOCOL) [protocol, address] = [process.env.SHOP_PROTOCOL, endpoint];
  return { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_ENDPOINT: address };
}

/** The ports wanted, or for those that are taken any free one. */
async function freePorts(wanted) {
  const listening = [];
  for (const port of wanted) listening.push(await listen(port).catch(() => listen(0)));
  const ports = listening.map((server) => server.address().port);
  await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
