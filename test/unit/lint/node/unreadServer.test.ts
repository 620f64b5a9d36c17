import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { applyFix, lintProject } from '../support/lintProject';
import { found, HTTP, manifest, sdk } from './support';

const EXPRESS = `import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';`;
const ALONE = sdk('new ExpressInstrumentation(), new PgInstrumentation()', EXPRESS);
const SERVER = `import './tracing';
import express from 'express';
const app = express();
app.get('/orders', (req, res) => res.json([]));
app.listen(8080);
`;

describe('lint: frameworks that are instrumented without http', () => {
  const one = (tracing: string, server = SERVER, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': tracing, 'src/main.ts': server, ...more });

  it('do not read what requests bring', async () => {
    const at = 'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9';
    assert.deepEqual(await one(ALONE), [at]);
    const fastify = SERVER.replace(/express/g, 'fastify');
    assert.deepEqual(await one(ALONE.replace(/Express/g, 'Fastify').replace(/express/g, 'fastify'), fastify), [at]);
    const nest = `import './tracing';
import { NestFactory } from '@nestjs/core';
export async function start() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
`;
    assert.deepEqual(await one(ALONE.replace(/Express/g, 'Nest'), nest), [at]);
  });

  it('are well with it, or where something else reads the requests', async () => {
    assert.deepEqual(await one(sdk(`${HTTP}, new ExpressInstrumentation()`, EXPRESS)), []);
    assert.deepEqual(await one(sdk('new PgInstrumentation()')), []);
    const off = sdk('new HttpInstrumentation({ enabled: false }), new ExpressInstrumentation()', EXPRESS);
    assert.deepEqual(await one(off), []);
    const reads = `import { context, propagation } from '@opentelemetry/api';
export const of = (headers: object) => propagation.extract(context.active(), headers);
`;
    assert.deepEqual(await one(ALONE, SERVER, { 'src/context.ts': reads }), []);
    assert.deepEqual(await one(ALONE.replace('new ExpressInstrumentation()', '...others()')), []);
    assert.deepEqual(await one(ALONE, `export const add = (a: number, b: number) => a + b;\n`), []);
    assert.deepEqual(await one(ALONE, SERVER, { 'package.json': manifest({ next: '^15.0.0' }) }), []);
    const otel = ALONE.replace('ExpressInstrumentation()', 'FastifyOtelInstrumentation()');
    assert.deepEqual(await one(otel, SERVER.replace(/express/g, 'fastify')), []);
  });

  it('are given it by the fix', async () => {
    const files = { 'package.json': manifest(), 'src/tracing.ts': ALONE, 'src/main.ts': SERVER };
    const { findings } = await lintProject(nodeCheck, files);
    const fixed = applyFix(files, findings[0]!.finding);
    assert.match(fixed['src/tracing.ts']!, /new PgInstrumentation\(\), new HttpInstrumentation\(\)\]/);
  });
});
