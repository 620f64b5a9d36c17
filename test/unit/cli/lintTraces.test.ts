import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Logger } from '../../../src/base/logger';
import type { SpanlightError } from '../../../src/base/errors';
import { tracesAt, type AskOptions } from '../../../src/cli/lint/tracesAt';
import { azureRows } from '../../support/servers/data/azureRows';
import { AZURE_TOKEN, AZURE_WORKSPACE, startAzureWire } from '../../support/wire/azureServer';
import { encodeJson } from '../../support/otlpSpans';
import type { OtlpTraces } from '../../support/servers/data/otlpTraces';
import { TraceSketch } from '../../support/servers/data/traceSketch';

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Two spans of one trace, as OTLP in JSON. */
function file(): string {
  const sketch = new TraceSketch('order', BigInt(Date.now()) * 1_000_000n);
  const root = sketch.add('shop', 'code', undefined, { name: 'order', at: 0, lasts: 20, kind: 'SERVER' });
  sketch.add('stock', 'code', root, { name: 'stock', at: 5, lasts: 5, kind: 'SERVER' });
  return encodeJson(...sketch.spans());
}

describe('spanlight lint --traces with an address', () => {
  const open: Server[] = [];

  after(() => open.forEach((server) => void server.close()));

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const ask = (url: string, more: Partial<AskOptions> = {}): ReturnType<typeof tracesAt> =>
    tracesAt(url, { logger, environment: {}, ...more });

  async function spanCount(url: string, more: Partial<AskOptions> = {}): Promise<number> {
    const read = await ask(url, more);
    return 'batch' in read ? read.batch.count : read.reduce((sum, trace) => sum + trace.count, 0);
  }

  it('reads a file, plain and packed, whatever type it is said to have', async () => {
    const plain = await serve((_, response) => response.setHeader('content-type', 'application/json').end(file()));
    assert.equal(await spanCount(`${plain}/traces.json`), 2);
    const packed = await serve((_, response) =>
      response.setHeader('content-type', 'application/gzip').end(gzipSync(file())),
    );
    assert.equal(await spanCount(`${packed}/traces.json.gz?signature=1`), 2);
    const encoded = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(file())));
    assert.equal(await spanCount(`${encoded}/traces`), 2);
  });

  it('shows the token, and says where it is refused', async () => {
    const closed = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer open') response.end(file());
      else response.writeHead(401).end();
    });
    assert.equal(await spanCount(`${closed}/traces`, { environment: { SPANLIGHT_TRACES_TOKEN: 'open' } }), 2);
    await assert.rejects(ask(`${closed}/traces`), (error: SpanlightError) => {
      assert.match(error.describe(), /does not know who asks \(401\)\. .*SPANLIGHT_TRACES_TOKEN/);
      return true;
    });
  });

  it('asks the backend that an address names, with the token', async () => {
    const server = await startAzureWire({ tables: azureRows(JSON.parse(file()) as OtlpTraces) });
    try {
      const url = `${server.url}/v1/workspaces/${AZURE_WORKSPACE}`;
      const environment = { SPANLIGHT_TRACES_TOKEN: AZURE_TOKEN };
      assert.equal(await spanCount(url, { environment }), 2);
      await assert.rejects(ask(url), (error: SpanlightError) => /az login/.test(error.describe()));
    } finally {
      await server.close();
    }
  });

  it('says of a page, of a file that is not there, and of other data, that there are no traces', async () => {
    const page = await serve((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Shop</title>'),
    );
    await assert.rejects(ask(page), /There are no traces: .* web page .* none of Grafana Tempo, Jaeger, Zipkin/);
    await assert.rejects(ask(`${page}/traces.json`), /answered with a web page/);
    const nothing = await serve((_, response) => response.writeHead(404).end('no'));
    await assert.rejects(ask(`${nothing}/traces.json`), /404/);
    const other = await serve((_, response) => response.setHeader('content-type', 'application/json').end('{"a": 1}'));
    await assert.rejects(ask(`${other}/traces.json`), (error: SpanlightError) => {
      assert.equal(error.place, `${other}/traces.json`);
      return true;
    });
  });

  it('says what is wrong with an address, and hides what is secret in it', async () => {
    await assert.rejects(ask('http://'), /This is no address/);
    await assert.rejects(ask('https://me:hush@localhost/traces.json'), (error: SpanlightError) => {
      assert.match(error.message, /a name or a password/);
      assert.ok(!`${error.message}${error.place}`.includes('hush'));
      return true;
    });
    await assert.rejects(ask('http://127.0.0.1:1/traces.json'), /Nothing accepts connections at 127\.0\.0\.1:1/);
  });

  it('does not wait for ever, and does not take the half for the whole', async () => {
    const slow = await serve(() => undefined);
    await assert.rejects(ask(`${slow}/traces`, { transport: { headersTimeoutMs: 200 } }), /did not answer in time/);
    const half = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"resourceSpans": [');
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(ask(`${half}/traces`), /broke off/);
  });
});
