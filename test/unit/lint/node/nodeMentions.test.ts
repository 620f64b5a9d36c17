import assert from 'node:assert/strict';
import { NODE_MENTIONS } from '../../../../src/lint/node/nodeMentions';

/** Whether a file is read, as the bytes and then the text of it say. */
function isRead(text: string): boolean {
  const byBytes = NODE_MENTIONS.inBytes(Buffer.from(text));
  const read = byBytes !== 'no' && NODE_MENTIONS.test(text, byBytes);
  assert.equal(NODE_MENTIONS.test(text), read, `text and bytes say the same of ${text}`);
  return read;
}

describe('lint: what files for Node mention', () => {
  const READ = [
    `import { trace } from '@OpenTelemetry/api'`,
    `registerInstrumentations({ instrumentations: [] })`,
    `await fetch  (url)`,
    `import { ofetch } from "ofetch"`,
    `import createClient from 'openapi-fetch'`,
    `import got from 'got'`,
    `const api = axios.create({ baseURL: base })`,
    `const url = process.env.STOCK_URL ?? 'https://stock'`,
    'const hook = process.env.SLACK_WEBHOOK',
    `const host = process.env['STOCK_HOST']`,
    `export const STOCK = 'https://stock.example'`,
    `{ stockUrl: "http://stock" }`,
    `import http from 'http'`,
    `import https from "https"`,
    `require("node:net")`,
    `import { WebSocket } from 'ws'`,
    `import { Worker } from 'node:worker_threads'`,
    `import ky from 'ky'`,
    `import wretch from "wretch"`,
    `import { createConnectTransport } from '@connectrpc/connect-node'`,
    `import './lib/tracer'`,
    `'use server'`,
    `'use client'\nimport { order } from '../../services/orders'`,
    `import AWS from 'aws-sdk'`,
    `import { SQSClient } from '@aws-sdk/client-sqs'`,
    `redis.xadd('orders', '*')`,
    `connect({ servers: nats })`,
    `this.ordersProducer.send({ topic, messages })`,
    `producer.produce('orders', null, value)`,
    `otel.start()`,
    `transport: Transport.RMQ`,
  ];
  for (const text of READ) it(`reads a file with ${JSON.stringify(text)}`, () => assert.ok(isRead(text)));

  const LEFT_ASIDE = [
    'prefetch(id)',
    'store.fetchAll(id)',
    'forgotten()',
    'hotels, signatories',
    'database: path, rebaseURL: x',
    `process.env.NAME ?? 'shop'`,
    `import x from 'network'; const news = 'internet';`,
    `say('https://shop.example')`,
    'stacktracer()',
    `'use client'\nimport { Button } from './button'`,
    'Größe €',
    '',
  ];
  for (const text of LEFT_ASIDE) it(`leaves aside ${JSON.stringify(text)}`, () => assert.ok(!isRead(text)));

  it('has the text looked at where a comment silences rules', () => {
    assert.equal(typeof NODE_MENTIONS.inBytes(Buffer.from('// spanlight-ignore: a probe')), 'object');
    assert.ok(!isRead('// spanlight-ignore: a probe'));
  });
});
