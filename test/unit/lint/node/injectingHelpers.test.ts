import assert from 'node:assert/strict';
import { found, HTTP, sdk } from './support';

const AT = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

const API = `import { context, propagation } from '@opentelemetry/api';\n`;
const BODY = `() {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier;
  }`;
const FUNCTION = `${API}export function build${BODY}\n`;

describe('lint: the context is injected by a helper', () => {
  const shop = (imports: string, headers: string, files: Record<string, string> = {}): Promise<readonly string[]> =>
    found({
      'src/tracing.ts': sdk(HTTP),
      'src/main.ts': `import './tracing';
import http from 'http';
${imports}
http.createServer(async (request, response) => {
  const stock = await fetch(process.env.STOCK_URL!, { headers: ${headers} });
  response.end(await stock.text());
}).listen(8080);
`,
      ...files,
    });

  it('which is a method of a class, of its instances, or of an object', async () => {
    assert.deepEqual(await shop(`${API}class Stamp {\n  static build${BODY}\n}`, 'Stamp.build()'), []);
    assert.deepEqual(await shop(`${API}const stamp = {\n  build${BODY},\n};`, 'stamp.build()'), []);
    assert.deepEqual(
      await shop(`${API}class Stamp {\n  build${BODY}\n}\nconst stamp = new Stamp();`, 'stamp.build()'),
      [],
    );
    const base = `${API}class Base {\n  build${BODY}\n}\nclass Stamp extends Base {}`;
    assert.deepEqual(await shop(`${base}\nconst stamp = new Stamp();`, 'stamp.build()'), []);
    const bare = `class Stamp {\n  build() {\n    return {};\n  }\n}\nconst stamp = new Stamp();`;
    assert.deepEqual(await shop(bare, 'stamp.build()'), AT);
  });

  it('which is one of another file', async () => {
    const from = (what: string): string => `import { ${what} } from './stamp';`;
    const file = (text: string): Record<string, string> => ({ 'src/stamp.ts': API + text });
    const type = `class Stamp {\n  build${BODY}\n}\n`;
    assert.deepEqual(
      await shop(from('Stamp'), 'Stamp.build()', file(`export class Stamp {\n  static build${BODY}\n}\n`)),
      [],
    );
    assert.deepEqual(
      await shop(from('stamp'), 'stamp.build()', file(`export const stamp = {\n  build${BODY},\n};\n`)),
      [],
    );
    assert.deepEqual(
      await shop(from('stamp'), 'stamp.build()', file(`${type}export const stamp = new Stamp();\n`)),
      [],
    );
    const factory = `${type}export function stamp(): Stamp {\n  return new Stamp();\n}\n`;
    assert.deepEqual(await shop(from('stamp'), 'stamp().build()', file(factory)), []);
  });

  it('which an index that is not read hands on, if one file below it has it', async () => {
    const imported = `import { build } from './lib';`;
    const lib = { 'src/lib/headers.ts': FUNCTION };
    for (const index of [
      `export * from './headers';\n`,
      `export { build } from './headers';\n`,
      `import { build } from './headers';\nexport { build };\n`,
    ])
      assert.deepEqual(await shop(imported, 'build()', { ...lib, 'src/lib/index.ts': index }), []);
    assert.deepEqual(
      await shop(`import { build } from './lib/index.js';`, 'build()', {
        ...lib,
        'src/lib/index.ts': `export * from './headers.js';\n`,
      }),
      [],
    );
    const other = { 'src/lib/other.ts': `${API}export const build = () => ({ telemetry: context.active() });\n` };
    const index = { 'src/lib/index.ts': `export { build } from './other';\n` };
    assert.deepEqual(await shop(imported, 'build()', { ...lib, ...other, ...index }), AT);
  });

  it('which gives it to what it runs inside a span', async () => {
    const wrapped = (headers: string): Record<string, string> => ({
      'src/stamp.ts': `import { trace, context, propagation } from '@opentelemetry/api';
function build${BODY}
export function inSpan<T>(work: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  return trace.getTracer('shop').startActiveSpan('stock', async (span) => {
    try {
      return await work(${headers});
    } finally {
      span.end();
    }
  });
}
`,
      'src/main.ts': `import './tracing';
import http from 'http';
import { inSpan } from './stamp';
http.createServer(async (request, response) => {
  const stock = await inSpan((headers) => fetch(process.env.STOCK_URL!, { headers }));
  response.end(await stock.text());
}).listen(8080);
`,
    });
    assert.deepEqual(await shop('', '{}', wrapped('build()')), []);
    assert.deepEqual(await shop('', '{}', wrapped('{}')), ['JS-FETCH-NO-UNDICI src/tracing.ts:9']);
  });

  it('but not by a class of a library that is called like one of the workspace', async () => {
    const own = { 'src/tracer.ts': `${API}export class Tracer {\n  build${BODY}\n}\n` };
    const theirs = `import { Tracer } from 'some-library';\ndeclare const tracer: Tracer;\nconst of = (tracer: Tracer) => tracer.build();`;
    assert.deepEqual(await shop(theirs, 'of(tracer)', own), AT);
  });
});
