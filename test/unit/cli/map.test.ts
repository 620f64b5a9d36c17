import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { CliBundle } from '../../support/cliBundle';
import { MAPPING_WORKSPACES } from '../../support/mappingWorkspace';

const EXPRESS = path.join(MAPPING_WORKSPACES, 'express');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('spanlight map', () => {
  let cli: CliBundle;
  before(() => {
    cli = new CliBundle();
    cli.write('ws/empty.txt', '');
  });
  after(() => cli.remove());

  const run = (...args: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(process.execPath, [cli.script, 'map', ...args], (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
  const write = (name: string, value: unknown): string => {
    cli.write(name, typeof value === 'string' ? value : JSON.stringify(value));
    return path.join(cli.folder, name);
  };

  it('answers in the shape that is promised', async () => {
    const operations = write('ops.json', [
      {
        id: 7,
        service: 'orders-api',
        resource: { 'telemetry.sdk.language': 'nodejs' },
        scope: '@opentelemetry/instrumentation-http',
        kind: 'server',
        name: 'GET /health',
        attributes: { 'http.route': '/health', 'http.request.method': 'GET' },
      },
      { id: 'two', service: 'orders-api', scope: 'orders', kind: 'INTERNAL', name: 'load' },
      { id: 'three', service: 'orders-api', scope: 'pg', kind: 'SPAN_KIND_CLIENT', name: 'SELECT' },
    ]);
    const { code, out } = await run(EXPRESS, '--operations', operations, '--format', 'json');
    assert.equal(code, 0);
    const answers = JSON.parse(out) as Record<string, unknown>[];
    assert.deepEqual(answers[0], {
      id: 7,
      location: { file: 'src/app.ts', line: 8, endLine: 10, symbol: '(anonymous)', confidence: 0.85 },
      candidates: [],
      evidence: [{ kind: 'route', confidence: 0.85, text: 'route GET /health → (anonymous)' }],
      reason: null,
    });
    assert.deepEqual([answers[1]?.['id'], answers[1]?.['location']], ['two', null]);
    assert.deepEqual(answers[1]?.['candidates'], [
      { file: 'src/orders/controller.ts', line: 24, confidence: 0.4 },
      { file: 'src/orders/controller.ts', line: 28, confidence: 0.4 },
    ]);
    assert.match(String(answers[1]?.['reason']), /2 places fit equally well/);
    assert.equal(answers[2]?.['location'], null);
    assert.match(String(answers[2]?.['reason']), /^pg made this span; in a trace it stands inside/);
  });

  const ambiguous = (): string =>
    write('two.json', [
      { id: 'two', service: 'orders-api', scope: 'orders', kind: 'INTERNAL', name: 'load' },
      {
        id: 'none',
        service: 'orders-api',
        kind: 'INTERNAL',
        name: 'nothing of the kind',
        resource: { 'telemetry.sdk.language': 'nodejs' },
      },
    ]);

  it('explains what was considered, in words and in JSON', async () => {
    const text = await run(EXPRESS, '--operations', ambiguous(), '--explain');
    assert.match(
      text.out,
      /considered src\/orders\/controller\.ts:24 .*\(0\.4\), fits as well as others\n {6}span name "load"/,
    );
    assert.match(text.out, /missed: No code .* starts a span called "nothing of the kind"/);
    const json = await run(EXPRESS, '--operations', ambiguous(), '--explain', '--format', 'json');
    const [first] = JSON.parse(json.out) as { considered: { as: string }[] }[];
    assert.deepEqual(
      first?.considered.map(({ as }) => as),
      ['equal', 'equal'],
    );
    assert.equal((await run(EXPRESS, '--operations', ambiguous(), '--explain', '--report')).code, 2);
  });

  it('reports by reason and service, with the next step', async () => {
    const { out } = await run(EXPRESS, '--operations', ambiguous(), '--report');
    assert.match(out, /^0 of 2 operations mapped, 1 ambiguous, 1 unmapped\.\n/);
    assert.match(out, /Several places fit equally well \(1\)\n {2}Next: Pick one/);
    assert.match(out, /class CodeLocationProcessor/);
    const json = await run(EXPRESS, '--operations', ambiguous(), '--report', '--format', 'json');
    const report = JSON.parse(json.out) as { unmapped: number; reasons: { code: string }[] };
    assert.equal(report.unmapped, 1);
    assert.ok(report.reasons.some(({ code }) => code === 'ambiguous'));
  });

  it('holds to the picks of the workspace, and says what of them it cannot use', async () => {
    cli.write('repo/src/a.ts', 'app.get("/x", a);\nexport function a() {}\n');
    cli.write('repo/src/b.ts', 'app.get("/x", b);\nexport function b() {}\n');
    const chosen = { service: 's', kind: 'SERVER', name: 'GET /x' };
    const place = { file: 'src/b.ts', symbol: 'b', line: 9 };
    cli.write('repo/.vscode/spanlight.json', JSON.stringify({ picks: [{ operation: chosen, place }, 7] }));
    const operations = write('x.json', [{ id: 1, ...chosen, attributes: { 'http.route': '/x' } }]);
    const { out, err } = await run(path.join(cli.folder, 'repo'), '--operations', operations);
    assert.match(out, /src\/b\.ts:2 b \(0\.99\)\n {4}matched by picked in \.vscode\/spanlight\.json → b, 1\n/);
    assert.match(err, /spanlight\.json: picks\[1\]: The entry is no object\./);
  });

  it('answers a person in words, and takes the services it is given', async () => {
    const operations = write('text.json', [{ id: 1, service: 'a', kind: 'SERVER', name: 'GET /health' }]);
    const inside = await run(EXPRESS, '--operations', operations, '--services', write('in.json', { a: 'src' }));
    assert.match(inside.out, /a SERVER GET \/health\n {2}src\/app\.ts:8 \(anonymous\) \(0\.85\)\n/);
    assert.match(inside.out, /1 of 1 operations mapped/);
    const other = await run(
      EXPRESS,
      '--operations',
      operations,
      '--services',
      write('other.json', { b: 'src', a: 'test' }),
    );
    assert.match(other.out, /0 of 1 operations mapped/);
  });

  it('says in one line what it cannot use, and exits with 2', async () => {
    const good = write('none.json', []);
    const cases: [string[], RegExp][] = [
      [[], /No workspace is named/],
      [[EXPRESS], /No operations are named/],
      [[EXPRESS, 'more', '--operations', good], /One workspace is expected/],
      [[path.join(cli.folder, 'nowhere'), '--operations', good], /nowhere: There is no such workspace/],
      [[good, '--operations', good], /The workspace is a file/],
      [[EXPRESS, '--operations', path.join(cli.folder, 'missing.json')], /missing\.json: The file cannot be read/],
      [[EXPRESS, '--operations', write('bad.json', '[{"id": 1,]')], /bad\.json: The file is not JSON/],
      [[EXPRESS, '--operations', write('object.json', {})], /no array/],
      [
        [EXPRESS, '--operations', write('id.json', [{ id: 1, kind: 'SERVER' }, { name: 'x' }])],
        /operation 2: The operation has no id/,
      ],
      [[EXPRESS, '--operations', write('kind.json', [{ id: 1, kind: 'BOTH' }])], /operation 1: "kind" is no span kind/],
      [[EXPRESS, '--operations', write('attr.json', [{ id: 1, attributes: [] }])], /"attributes" is no object/],
      [[EXPRESS, '--operations', good, '--services', write('list.json', [])], /no object from service name to folder/],
      [
        [EXPRESS, '--operations', good, '--services', path.join(cli.folder, 'no.json')],
        /no\.json: The file cannot be read/,
      ],
      [[EXPRESS, '--operations', good, '--services', write('cut.json', '{')], /cut\.json: The file is not JSON/],
      [[EXPRESS, '--operations', good, '--services', ''], /The file cannot be read/],
      [[EXPRESS, '--operations', good, '--services', write('num.json', { a: 1 })], /folder of "a" is no text/],
      [[EXPRESS, '--operations', good, '--format', 'xml'], /"xml" is no format/],
      [[EXPRESS, '--operations', good, '--wrong'], /--wrong/],
    ];
    for (const [args, words] of cases) {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, words);
      assert.equal(err.trim().split('\n').length, 1, err);
    }
  });

  it('says which folders of services do not exist, and goes on', async () => {
    const operations = write('text.json', [{ id: 1, service: 'orders-api', kind: 'SERVER', name: 'GET /health' }]);
    const services = write('gone.json', { 'orders-api': 'nowhere', 'a\u001bb': 'src/app.ts' });
    const { code, out, err } = await run(EXPRESS, '--operations', operations, '--services', services);
    assert.equal(code, 0);
    assert.match(out, /1 of 1 operations mapped/);
    assert.deepEqual(
      err
        .trim()
        .split('\n')
        .map((line) => /The folder .*$/.exec(line)?.[0]),
      [
        'The folder "nowhere" of the service "orders-api" does not exist; it is learned from the workspace.',
        'The folder "src/app.ts" of the service "a�b" does not exist; it is learned from the workspace.',
      ],
    );
  });

  it('lets nothing of an operation reach the terminal but its letters', async () => {
    const evil = '\u001b]0;owned\u0007\nfake line';
    const attributes = { 'code.file.path': `/x/${evil}.ts`, 'code.function.name': evil, 'http.route': `/${evil}` };
    const operations = write('evil.json', [
      { id: evil, service: evil, kind: 'SERVER', name: `GET /${evil}`, attributes },
      {
        id: 2,
        service: evil,
        scope: evil,
        kind: 'CLIENT',
        name: 'x'.repeat(100_000),
        attributes: { ...attributes, 'code.file.path': 'y'.repeat(100_000) },
      },
    ]);
    const { code, out, err } = await run(EXPRESS, '--operations', operations);
    assert.equal(code, 0);
    for (const control of ['\u001b', '\u0007', '\nfake']) assert.ok(!(out + err).includes(control), out);
    assert.match(out, /�\]0;owned��fake line/);
    assert.ok(out.length < 5_000, String(out.length));
    const broken = await run(EXPRESS, '--operations', write('broken.json', `["${evil}`));
    assert.deepEqual([broken.code, broken.err.includes('\u001b'), broken.err.trim().split('\n').length], [2, false, 1]);
  });

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    assert.match(out, /--operations <file>/);
  });

  it('answers for an empty workspace and for no operations', async () => {
    const operations = write('one.json', [{ id: 1, kind: 2, name: 'GET /x' }]);
    const { code, out } = await run(path.join(cli.folder, 'ws'), '--operations', operations, '--format', 'json');
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { location: unknown }[])[0]?.location, null);
    assert.equal((await run(EXPRESS, '--operations', write('empty.json', []), '--format', 'json')).out, '[]\n');
  });
});
