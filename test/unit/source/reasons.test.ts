import assert from 'node:assert/strict';
import type { WorkspaceCode } from '../../../src/source/workspaceCode';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AttributeValue } from '../../../src/model/attributes';
import { openMapper, operation, withFolder } from '../../support/mappingWorkspace';

const HANDLER = `function pay(req, res) {
  res.end();
}
`;
const APP = `const app = require('express')();
app.get('/known', (req, res) => res.end());
`;

/** `code: text cure` of an operation without a place. */
async function reasonOf(
  files: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, AttributeValue>>,
  more: {
    service?: string;
    services?: Record<string, string>;
    kind?: 'SERVER' | 'INTERNAL' | 'CLIENT';
    scope?: string;
  } = {},
): Promise<string> {
  let reason = '';
  await withFolder({ 'package.json': '{}', ...files }, async (folder) => {
    const mapper = await openMapper([folder], more.services ? { services: more.services } : {});
    const { service = 'shop', scope = 'shop', kind = 'INTERNAL' } = more;
    const mapping = await mapper.map(operation(kind, 'pay', attributes, { service, scope, language: 'nodejs' }));
    if (mapping.status === 'mapped') reason = `mapped ${mapping.location.symbol}`;
    else reason = `${mapping.reason.code}: ${mapping.reason.text} ${mapping.reason.cure ?? ''}`.trim();
  });
  return reason;
}

function at(file: string, line: number | string, name?: string): Record<string, AttributeValue> {
  const place = { 'code.file.path': file, 'code.line.number': line };
  return name === undefined ? place : { ...place, 'code.function.name': name };
}

describe('reasons of operations without a place', () => {
  it('say of a file that it is too large', async () => {
    const large = `${'// filler\n'.repeat(520_000)}${HANDLER}`;
    const text = await reasonOf({ 'src/x.js': large }, at('src/x.js', 4, 'pay'));
    assert.match(text, /^file-not-read: src\/x\.js is not read: larger than 1 MB \(5\.2 MB\)\. If it was compiled/);
  });

  it('say of a file that it is minified', async () => {
    const minified = `function pay(){${'a();'.repeat(10_000)}}`;
    assert.match(
      await reasonOf({ 'src/x.js': minified }, at('src/x.js', 1)),
      /^file-not-read: src\/x\.js is not read: minified\./,
    );
  });

  it('say of a file that its language is not read', async () => {
    assert.equal(
      await reasonOf({ 'src/x.lua': 'function pay()\nend\n' }, at('src/x.lua', 9)),
      'file-not-read: src/x.lua is not read: Lua is a language Spanlight does not read.',
    );
  });

  it('say of a file that it must not be read', async () => {
    await withFolder({ 'package.json': '{}', 'src/x.js': HANDLER }, async (folder) => {
      chmodSync(folder, 0o755);
      chmodSync(path.join(folder, 'src/x.js'), 0o000);
      // Root may read everything: for the moment this process is somebody else.
      const root = process.getuid?.() === 0;
      if (root) process.seteuid?.(65_534);
      try {
        const mapper = await openMapper([folder]);
        const mapping = await mapper.map(operation('INTERNAL', 'pay', at('src/x.js', 1), { service: 'shop' }));
        assert.ok(mapping.status === 'unmapped');
        assert.equal(mapping.reason.text, 'src/x.js is not read: its permissions forbid it.');
        assert.equal(await mapper.whyNotRead(path.join(folder, 'src/x.js')), 'its permissions forbid it');
      } finally {
        if (root) process.seteuid?.(0);
      }
    });
  });

  it('say of a line that the file has none such', async () => {
    const files = { 'src/x.js': HANDLER };
    assert.match(
      await reasonOf(files, at('src/x.js', 900)),
      /^line-not-found: src\/x\.js has 3 lines, the span says 900\. Restart/,
    );
    assert.match(
      await reasonOf(files, at('src/x.js', 900, 'refund')),
      /^line-not-found: src\/x\.js has 3 lines and declares no refund, the span says 900\./,
    );
    assert.equal(await reasonOf(files, at('src/x.js', 900, 'pay')), 'mapped pay');
    for (const line of [0, -1, '1.5']) {
      assert.equal(
        await reasonOf(files, at('src/x.js', line)),
        `line-not-found: The span says line ${line} of src/x.js: lines count from 1.`,
      );
    }
    assert.equal(
      await reasonOf(files, { 'code.file.path': 'src/x.js' }),
      'line-not-found: The span names src/x.js, but no line and no function of it.',
    );
  });

  it('say that the syntax is not understood where a function may be missing for that', async () => {
    const broken = `${HANDLER}class { ( =>\n`;
    assert.match(
      await reasonOf({ 'src/x.js': broken }, at('src/x.js', 90, 'refund')),
      /Some of its syntax is not understood/,
    );
  });

  it('name the folder that was searched, and what in it was not read', async () => {
    const route = { 'http.request.method': 'POST', 'http.route': '/orders' };
    const files = {
      'services/shop/package.json': '{"name": "shop"}',
      'services/shop/app.js': APP,
      'services/shop/legacy.js': `const a = 1;${'a();'.repeat(300_000)}`,
    };
    const text = await reasonOf(files, route, { kind: 'SERVER' });
    assert.match(text, /^symbol-not-found: No code in services\/shop registers a handler for POST \/orders\. /);
    assert.match(
      text,
      / Not read there: services\/shop\/legacy\.js \(larger than 1 MB \(1\.2 MB\)\)\. If the service lives/,
    );
  });

  it('name what is generated or has merge conflicts, where something may be missing for that', async () => {
    const route = { 'http.request.method': 'POST', 'http.route': '/orders' };
    const files = { 'services/shop/package.json': '{"name": "shop"}', 'services/shop/app.js': APP };
    const generated = { ...files, 'services/shop/api.generated.js': APP };
    assert.match(
      await reasonOf(generated, route, { kind: 'SERVER' }),
      /orders\. What is generated there, such as services\/shop\/api\.generated\.js, is left out\. If/,
    );
    const both = `${APP}<<<<<<< HEAD\nclass A {\n=======\nclass B {\n>>>>>>> other\n`;
    assert.match(
      await reasonOf({ ...files, 'services/shop/app.js': both }, route, { kind: 'SERVER' }),
      /Not read there: services\/shop\/app\.js \(in parts, for its merge conflicts\)\./,
    );
  });

  it('say that a workspace is read in part', () =>
    withFolder({ 'a/app.js': APP }, async (folder) => {
      const mapper = await openMapper([folder]);
      const { files } = (mapper as unknown as { readonly code: WorkspaceCode }).code;
      files.truncated = true;
      const route = { 'http.request.method': 'POST', 'http.route': '/orders' };
      const mapping = await mapper.map(operation('SERVER', 'POST /orders', route));
      assert.ok(mapping.status === 'unmapped');
      assert.match(mapping.reason.text, / Of the workspace only the first 1 files are read\.$/);
    }));

  it('say of a service bound to no folder that it is not, with the cure', async () => {
    const route = { 'http.request.method': 'POST', 'http.route': '/orders' };
    const files = { 'a/app.js': APP, 'b/app.js': APP };
    assert.equal(
      await reasonOf(files, route, { kind: 'SERVER', service: 'payments' }),
      'service-not-bound: No code of the workspace registers a handler for POST /orders, and the service payments is bound to no folder. ' +
        'Say which folder it lives in with the setting spanlight.source.services.',
    );
    assert.match(
      await reasonOf(files, route, { kind: 'SERVER', service: 'unknown_service:node' }),
      /Set OTEL_SERVICE_NAME/,
    );
  });

  it('say of what a library makes that there is nothing to point at', async () => {
    const query = { 'db.system.name': 'postgresql' };
    const files = { 'app.js': APP };
    assert.equal(
      await reasonOf(files, query, { kind: 'CLIENT', scope: '@opentelemetry/instrumentation-pg' }),
      'library-call: @opentelemetry/instrumentation-pg made this span of a call to postgresql; in a trace it stands inside the function that called.',
    );
    assert.match(
      await reasonOf(files, query, { kind: 'CLIENT', scope: 'my-orm' }),
      /^library-call: my-orm made this span/,
    );
    assert.match(
      await reasonOf(files, {}, { kind: 'SERVER', scope: '@opentelemetry/instrumentation-http' }),
      /^no-evidence: .* names no route, RPC, destination or function\. An instrumentation/,
    );
  });

  it('change when the file can be read', async () => {
    await withFolder({ 'package.json': '{}', 'src/x.js': 'a();'.repeat(300_000) }, async (folder) => {
      const mapper = await openMapper([folder]);
      const key = operation('INTERNAL', 'pay', at('src/x.js', 2), { service: 'shop' });
      assert.equal((await mapper.map(key)).status, 'unmapped');
      const file = path.join(folder, 'src/x.js');
      writeFileSync(file, HANDLER);
      await mapper.updateFile(file, undefined);
      assert.equal(await mapper.whyNotRead(file), undefined);
      assert.equal((await mapper.map(key)).status, 'mapped');
    });
  });
});
