import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const API = `import { context, propagation, trace } from '@opentelemetry/api';\n`;
const tracer = `const tracer = trace.getTracer('shop');\n`;

const traced = (text: string): Record<string, string> => ({
  'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`),
  'src/shop.ts': `${API}${text}`,
});

function cases(rule: string, all: Record<string, [string, number | undefined]>): void {
  for (const [what, [text, line]] of Object.entries(all))
    it(what, async () =>
      assert.deepEqual(await found(traced(text)), line === undefined ? [] : [`${rule} src/shop.ts:${line}`]),
    );
}

describe('lint: EXTRACT-UNUSED in Node', () => {
  cases('EXTRACT-UNUSED', {
    'reports a context that is thrown away': [
      `export function on(m: Message) {\n  propagation.extract(context.active(), m.headers);\n  handle(m);\n}\n`,
      3,
    ],
    'reports a context in a variable that nothing reads': [
      `export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  handle(m);\n}\n`,
      3,
    ],
    'is not fooled by a comment': [
      `export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  // parent is the sender's\n  handle(m);\n}\n`,
      3,
    ],
    'accepts a context that is made active': [
      `export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  return context.with(parent, () => handle(m));\n}\n`,
      undefined,
    ],
    'accepts a context that a span gets as parent': [
      `${tracer}export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  const span = tracer.startSpan('on', {}, parent);\n  span.end();\n}\n`,
      undefined,
    ],
    'accepts a context that is returned': [
      `export const parentOf = (m: Message) => propagation.extract(context.active(), m.headers);\n`,
      undefined,
    ],
    'accepts one that a closure reads': [
      `export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  queue.push(() => context.with(parent, handle));\n}\n`,
      undefined,
    ],
    'accepts one put into an object by its name': [
      `export function on(m: Message) {\n  const parent = propagation.extract(context.active(), m.headers);\n  return { parent };\n}\n`,
      undefined,
    ],
    'accepts one that is assigned to a field': [
      `export class On {\n  parent: Context;\n  on(m: Message) {\n    this.parent = propagation.extract(context.active(), m.headers);\n  }\n}\n`,
      undefined,
    ],
    'leaves other functions called extract alone': [
      `export function on(zip: Archive) {\n  zip.extract(context.active(), './here');\n}\n`,
      undefined,
    ],
    'reports a carrier that nothing sends': [
      `export function send(queue: Outbox, body: string) {\n  const headers: Record<string, string> = {};\n  propagation.inject(context.active(), headers);\n  queue.add(body);\n}\n`,
      4,
    ],
    'reports a literal carrier': [
      `export function send(queue: Outbox, body: string) {\n  propagation.inject(context.active(), {});\n  queue.add(body);\n}\n`,
      3,
    ],
    'accepts a carrier that is sent': [
      `export function send(queue: Outbox, body: string) {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  queue.add(body, { headers });\n}\n`,
      undefined,
    ],
    'accepts a carrier that is returned': [
      `export function carrier() {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return headers;\n}\n`,
      undefined,
    ],
    'accepts a carrier from outside': [
      `export function decorate(headers: Headers) {\n  propagation.inject(context.active(), headers);\n}\n`,
      undefined,
    ],
    'reports a parent among the options, which is no option': [
      `${tracer}export function on(parent: Context) {\n  const span = tracer.startSpan('on', { parent });\n  span.end();\n}\n`,
      4,
    ],
    "reports OpenTracing's childOf": [
      `${tracer}export function on(m: Message) {\n  const childOf = propagation.extract(context.active(), m.headers);\n  tracer.startActiveSpan('on', { childOf }, (span) => span.end());\n}\n`,
      5,
    ],
    'accepts a parent among the options where the context is given besides': [
      `${tracer}export function on(parent: Context) {\n  const span = tracer.startSpan('on', { parent }, trace.setSpan(context.active(), parent));\n  span.end();\n}\n`,
      undefined,
    ],
    'leaves attributes called parent alone': [
      `${tracer}export function on(id: string) {\n  const span = tracer.startSpan('on', { attributes: { parent: id } });\n  span.end();\n}\n`,
      undefined,
    ],
    'accepts a carrier that is part of something': [
      `export function send(job: Job) {\n  const data = { ...job };\n  propagation.inject(context.active(), data.carrier);\n}\n`,
      undefined,
    ],
  });
});

describe('lint: SPAN-NOT-ACTIVE in Node', () => {
  cases('SPAN-NOT-ACTIVE', {
    'reports a request before the end of a span that is not active': [
      `${tracer}export async function price(sku: string) {\n  const span = tracer.startSpan('price');\n  const answer = await fetch(process.env.PRICING + sku);\n  span.end();\n  return answer;\n}\n`,
      4,
    ],
    'reports an injection under the old context': [
      `${tracer}export function price(sku: string, queue: Outbox) {\n  const span = tracer.startSpan('price');\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  queue.send(sku, headers);\n  span.end();\n}\n`,
      4,
    ],
    'looks into helpers': [
      `${tracer}const load = (sku: string) => fetch(process.env.PRICING + sku);\nexport async function price(sku: string) {\n  const span = tracer.startSpan('price');\n  try {\n    return await load(sku);\n  } finally {\n    span.end();\n  }\n}\n`,
      5,
    ],
    'accepts a span that is set on a context': [
      `${tracer}export async function price(sku: string) {\n  const span = tracer.startSpan('price');\n  const answer = await context.with(trace.setSpan(context.active(), span), () => fetch(process.env.PRICING + sku));\n  span.end();\n  return answer;\n}\n`,
      undefined,
    ],
    'accepts a span that is handed on': [
      `${tracer}export async function price(sku: string) {\n  const span = tracer.startSpan('price');\n  return within(span, () => fetch(process.env.PRICING + sku));\n}\n`,
      undefined,
    ],
    'accepts a request after the end': [
      `${tracer}export async function price(sku: string) {\n  const span = tracer.startSpan('parse');\n  const key = sku.trim();\n  span.end();\n  return fetch(process.env.PRICING + key);\n}\n`,
      undefined,
    ],
    'accepts startActiveSpan': [
      `${tracer}export const price = (sku: string) =>\n  tracer.startActiveSpan('price', (span) => fetch(process.env.PRICING + sku).finally(() => span.end()));\n`,
      undefined,
    ],
    'accepts a span that is meant to be a root': [
      `${tracer}export async function price(sku: string) {\n  const span = tracer.startSpan('price', { root: true });\n  await fetch(process.env.PRICING + sku);\n  span.end();\n}\n`,
      undefined,
    ],
    'accepts a span without requests': [
      `${tracer}export function total(rows: number[]) {\n  const span = tracer.startSpan('total');\n  const sum = rows.reduce((a, b) => a + b, 0);\n  span.end();\n  return sum;\n}\n`,
      undefined,
    ],
  });
});

describe('lint: DOUBLE-INJECT in Node', () => {
  cases('DOUBLE-INJECT', {
    'reports an injection into a request that undici covers': [
      `export async function price(sku: string) {\n  const headers: Record<string, string> = {};\n  propagation.inject(context.active(), headers);\n  return fetch(process.env.PRICING + sku, { headers });\n}\n`,
      4,
    ],
    'reports a literal header': [
      `export async function price(sku: string, parent: string) {\n  return fetch(process.env.PRICING + sku, {\n    headers: { traceparent: parent },\n  });\n}\n`,
      3,
    ],
    'reports a helper that injects': [
      `function outgoing() {\n  const carrier = {};\n  propagation.inject(context.active(), carrier);\n  return carrier;\n}\nexport const price = (sku: string) => fetch(process.env.PRICING + sku, { headers: outgoing() });\n`,
      7,
    ],
    'reports a helper that passes the received header on': [
      `function received(req: Request) {\n  const headers: Record<string, string> = {};\n  const parent = req.headers['traceparent'];\n  if (parent) headers.traceparent = parent;\n  return headers;\n}\nexport const price = (req: Request) => fetch(process.env.PRICING!, { headers: { ...received(req) } });\n`,
      8,
    ],
    'reports a header that is set on the variable': [
      `export async function price(sku: string, parent: string) {\n  const headers: Record<string, string> = {};\n  headers['traceparent'] = parent;\n  return fetch(process.env.PRICING + sku, { headers });\n}\n`,
      4,
    ],
    'accepts a helper that only reads the header': [
      `function received(req: Request) {\n  return { 'x-request': req.headers['traceparent'] };\n}\nexport const price = (req: Request) => fetch(process.env.PRICING!, { headers: received(req) });\n`,
      undefined,
    ],
    'accepts an injection into something else': [
      `export async function price(sku: string, queue: Outbox) {\n  const headers: Record<string, string> = {};\n  propagation.inject(context.active(), headers);\n  queue.send(headers);\n  return fetch(process.env.PRICING + sku);\n}\n`,
      undefined,
    ],
  });

  it('accepts it where nothing covers undici, and for libraries that overwrite', async () => {
    const text = `${API}export async function price(sku: string) {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return fetch(process.env.PRICING + sku, { headers });\n}\n`;
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(HTTP), 'src/shop.ts': text }), []);
    const axios = `import axios from 'axios';\n${text.replace('fetch(', 'axios.get(')}`;
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/shop.ts': axios }), []);
  });
});
