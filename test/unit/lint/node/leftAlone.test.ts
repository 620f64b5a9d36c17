import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

describe('lint: requests of Node that no trace goes with', () => {
  const request = (address: string): Promise<readonly string[]> =>
    found({
      'src/tracing.ts': sdk(HTTP),
      'src/status.ts': `export const status = (host: string) => fetch(${address});\n`,
    });
  const here = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

  it('are probes', async () => {
    assert.deepEqual(await request('`http://${host}:3000/orders`'), here);
    assert.deepEqual(await request('`http://orders:3000/healthy-food`'), here);
    for (const address of [
      '`http://${host}:3000/health`',
      "process.env.ORDERS_URL + '/readyz'",
      "'http://orders/ping/'",
    ])
      assert.deepEqual(await request(address), [], address);
  });

  it('go to stand-ins for development', async () => {
    assert.deepEqual(await request('`${process.env.DEV_SERVICE_URL}/mails`'), here);
    for (const name of ['LOCAL_DEV_SERVICE_URL', 'MOCK_ORDERS_URL', 'LOCALSTACK_URL'])
      assert.deepEqual(await request(`\`\${process.env.${name}}/mails\``), [], name);
  });

  it('ask whoever a plugin is for, or whether a licence is valid', async () => {
    const calls = (file: string, address: string): Promise<readonly string[]> =>
      found({
        'src/tracing.ts': sdk(HTTP),
        [file]: `export const ask = (base: string) => fetch(${address});\n`,
      });
    assert.deepEqual(await calls('src/speech/tts.ts', '`${base}/v1/speech`'), here);
    assert.deepEqual(await calls('plugins/acme/src/tts.ts', '`${base}/v1/speech`'), []);
    assert.deepEqual(await calls('plugins/acme/src/tts.ts', "'http://speech:8080/v1'"), here);
    assert.deepEqual(await calls('src/identity.ts', '`${process.env.LICENSE_URL}/verify`'), []);
  });

  it('are made by a package of measurements', async () => {
    const files = (folder: string): Record<string, string> => ({
      [`${folder}/package.json`]: manifest(),
      [`${folder}/src/tracing.ts`]: sdk(HTTP),
      [`${folder}/src/load.ts`]: "export const load = () => fetch('http://orders:3000/orders');\n",
    });
    assert.equal((await found(files('tools/order-sync'))).length, 1);
    assert.deepEqual(await found(files('tools/order-benchmarks')), []);
  });

  it('are those of exporters', async () => {
    const exporter = (name: string): string => `export class ${name} {
  async export(spans: object[]) {
    await fetch(this.url, { method: 'POST', body: JSON.stringify(spans) });
  }
}
`;
    const file = (text: string): Promise<readonly string[]> =>
      found({ 'src/tracing.ts': sdk(HTTP), 'src/send.ts': text });
    assert.deepEqual(await file(exporter('OrderSender')), here);
    assert.deepEqual(await file(exporter('FetchSpanExporter')), []);
    assert.deepEqual(await file(exporter('Sender implements SpanExporter')), []);
  });
});

describe('lint: messages of NATS that no trace goes with', () => {
  const publish = (parameters: string, message: string, file = 'src/bus.ts'): Promise<readonly string[]> =>
    found({
      'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`),
      [file]: `import type { NatsConnection } from 'nats';
export const send = (nc: NatsConnection, ${parameters}) => nc.publish(\`orders.\${id}\`, ${message});
`,
    });

  it('are pieces of a stream, and marks', async () => {
    const here = ['MSG-NO-INJECT src/bus.ts:2'];
    assert.deepEqual(await publish('id: string', 'codec.encode(JSON.stringify({ id }))'), here);
    assert.deepEqual(await publish('id: string', 'codec.encode(JSON.stringify({ done: true, id }))'), here);
    assert.deepEqual(await publish('id: string, data: string', 'data'), here);
    assert.deepEqual(await publish('id: string, data: Uint8Array', 'data'), here);
    assert.deepEqual(await publish('id: string, data: Uint8Array', 'data', 'src/stream-buffer.ts'), []);
    assert.deepEqual(await publish('id: string', 'codec.encode(JSON.stringify({ done: true }))'), []);
  });
});
