import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CliBundle } from '../../support/cliBundle';
import { encodeJson } from '../../support/otlpSpans';

const SETUP = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`;

const DEPENDENCIES = { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/instrumentation-http': '0.52.0' };

/** The command line as it is packaged, over a small shop whose fetch nothing instruments. */
describe('spanlight lint', () => {
  let cli: CliBundle;
  before(function () {
    this.timeout(60_000);
    cli = new CliBundle();
    const dependencies = DEPENDENCIES;
    const scripts = { start: 'node -r ./tracing.js server.js' };
    cli.write('shop/package.json', JSON.stringify({ name: 'shop', scripts, dependencies }, undefined, 2));
    cli.write('shop/tracing.js', SETUP);
    cli.write('shop/server.js', server('const stock = await fetch(process.env.STOCK_URL);'));
    cli.write('plain/package.json', JSON.stringify({ name: 'plain', scripts: { start: 'node server.js' } }));
    cli.write('plain/server.js', server('const stock = await fetch(process.env.STOCK_URL);'));
  });
  after(() => cli.remove());

  function lint(...args: string[]) {
    return spawnSync(process.execPath, [cli.script, 'lint', ...args], { encoding: 'utf8', cwd: cli.folder });
  }

  it('is silent where nothing is traced', () => {
    const { status, stdout, stderr } = lint('plain', '--format', 'json');
    assert.deepEqual([status, JSON.parse(stdout), stderr], [0, [], '']);
  });

  it('says what is lost, where, and by what evidence', () => {
    const { status, stdout } = lint('shop', '--format', 'json');
    assert.equal(status, 1);
    const [found, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
    assert.equal(others.length, 0);
    const { evidence, related, message, column, endLine, endColumn, fixable, ...rest } = found!;
    assert.equal(typeof fixable, 'boolean');
    assert.deepEqual(rest, {
      file: 'tracing.js',
      line: 4,
      rule: 'JS-FETCH-NO-UNDICI',
      severity: 'warning',
    });
    assert.ok([column, endLine, endColumn].every((place) => Number.isInteger(place) && Number(place) >= 1));
    assert.match(String(message), /fetch/);
    assert.ok(Array.isArray(evidence) && evidence.length > 0);
    const [call] = related as { file: string; line: number; message: string }[];
    assert.deepEqual([call?.file, call?.line], ['server.js', 3]);
  });

  it('writes lines for people, commands for GitHub, and a log for code scanning', () => {
    assert.match(
      lint('shop').stdout,
      /^tracing\.js:4:\d+ {2}warning {2}.*JS-FETCH-NO-UNDICI\n {4}server\.js:3 .*\n1 finding\n$/,
    );
    const command =
      /^::warning file=shop\/tracing\.js,line=4,endLine=4,col=\d+,endColumn=\d+,title=JS-FETCH-NO-UNDICI::.+\n$/;
    assert.match(lint('shop', '--format=github').stdout, command);
    const log = JSON.parse(lint('shop', '--format', 'sarif').stdout) as SarifLog;
    const [result] = log.runs[0]!.results;
    assert.equal(log.version, '2.1.0');
    assert.equal(log.runs[0]!.tool.driver.rules[result!.ruleIndex]!.id, 'JS-FETCH-NO-UNDICI');
    assert.deepEqual(result!.locations[0]!.physicalLocation.artifactLocation, {
      uri: 'shop/tracing.js',
      uriBaseId: '%SRCROOT%',
    });
    assert.match(log.runs[0]!.tool.driver.rules[result!.ruleIndex]!.help.markdown, /instrumentation-undici|undici/);
    assert.match(result!.partialFingerprints['spanlight/v1']!, /^[0-9a-f]{32}:1$/);
  });

  it('keeps to the rules, files and limits that are asked for', () => {
    assert.equal(lint('shop', '--max-warnings', '1').status, 0);
    assert.equal(lint('shop', '--rule', 'js-no-context-manager').status, 0);
    assert.equal(lint('shop', '--rule', 'JS-FETCH-NO-UNDICI').status, 1);
    assert.equal(lint(path.join('shop', 'server.js')).status, 0, 'the cause is in another file');
  });

  it('leaves findings of a rule that is asked for as severe as they are', () => {
    const dependencies = { ...DEPENDENCIES, '@opentelemetry/instrumentation-kafkajs': '0.4.0', kafkajs: '2.2.4' };
    cli.write('batch/package.json', JSON.stringify({ name: 'batch', dependencies }));
    cli.write(
      'batch/tracing.js',
      SETUP.replace('new HttpI', 'new KafkaJsInstrumentation(), new HttpI').replace(
        'const { NodeSDK',
        "const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');\nconst { NodeSDK",
      ),
    );
    cli.write(
      'batch/server.js',
      `const { Kafka } = require('kafkajs');
const consumer = new Kafka({}).consumer({ groupId: 'a' });
const http = require('http');
http.createServer(async () => consumer.run({ eachBatch: async () => { http.get(process.env.STOCK_URL); } })).listen(80);
`,
    );
    const severities = (...args: string[]): string[] =>
      (JSON.parse(lint('batch', '--format', 'json', ...args).stdout) as { severity: string }[]).map(
        ({ severity }) => severity,
      );
    assert.deepEqual(severities(), ['info']);
    assert.deepEqual(severities('--rule', 'JS-KAFKAJS-NO-INSTR'), ['info']);
  });

  it('says the same again where a lock file says the versions', () => {
    const auto = '@opentelemetry/auto-instrumentations-node';
    cli.write(
      'locked/package.json',
      JSON.stringify({ name: 'locked', dependencies: { ...DEPENDENCIES, [auto]: '*' } }),
    );
    cli.write(
      'locked/package-lock.json',
      JSON.stringify(
        { lockfileVersion: 3, packages: { '': {}, [`node_modules/${auto}`]: { version: '0.45.0' } } },
        null,
        2,
      ),
    );
    cli.write(
      'locked/tracing.js',
      SETUP.replace('new HttpI', `require('${auto}').getNodeAutoInstrumentations(), new HttpI`),
    );
    cli.write('locked/server.js', server('await fetch(process.env.STOCK_URL);'));
    for (let run = 0; run < 2; run++) {
      const { status, stdout, stderr } = lint('locked', '--format', 'json');
      assert.deepEqual([status, stderr], [1, '']);
      assert.match(stdout, /`package-lock\.json:6`: auto-instrumentations-node 0\.45\.0 contains no undici/);
    }
  });

  it('hears comments that silence a rule', () => {
    cli.write('silenced/package.json', '{"name":"s","dependencies":{"@opentelemetry/sdk-node":"0.52.0"}}');
    cli.write('silenced/server.js', server('await fetch(process.env.STOCK_URL);'));
    const comment = '// spanlight-ignore JS-FETCH-NO-UNDICI: the mesh adds the headers';
    cli.write('silenced/tracing.js', SETUP.replace('new NodeSDK', `${comment}\nnew NodeSDK`));
    assert.equal(lint('silenced', '--rule', 'JS-FETCH-NO-UNDICI').status, 0);
    cli.write(
      'silenced/tracing.js',
      SETUP.replace('new NodeSDK', '// spanlight-ignore GO-PROP-UNSET: other\nnew NodeSDK'),
    );
    assert.equal(lint('silenced', '--rule', 'JS-FETCH-NO-UNDICI').status, 1);
  });

  it('notes comments that silence nothing, and fails for none', () => {
    const shop = (comment: string): void => {
      cli.write('noted/package.json', JSON.stringify({ name: 'noted', dependencies: DEPENDENCIES }));
      cli.write('noted/tracing.js', SETUP.replace('new NodeSDK', `${comment}\nnew NodeSDK`));
      cli.write('noted/server.js', server('await fetch(process.env.STOCK_URL);'));
    };
    shop('// spanlight-ignore JS-FETCH-NO-UNDICI');
    const told = lint('noted');
    assert.equal(told.status, 0);
    assert.match(told.stdout, /^tracing\.js:4:1 {2}note {2}No reason is given\..*\n0 findings\n$/);
    shop('// spanlight-ignore JS-FETCH-NO-UNDICI, GO-PROP-UNSET: the mesh adds the headers');
    const idle = lint('noted', '--explain', '--format', 'json');
    assert.deepEqual([idle.status, JSON.parse(idle.stdout)], [0, []]);
    assert.match(idle.stderr, /^tracing\.js:4 {2}note: .*does not find GO-PROP-UNSET here\.$/m);
    shop('// spanlight-ignore JS-FETCH-NO-UNDICY: a slip');
    const slip = lint('noted', '--format', 'github');
    assert.deepEqual([slip.status, slip.stdout.split('\n').length], [1, 2]);
    const log = JSON.parse(lint('noted', '--format', 'sarif').stdout) as { runs: { invocations: unknown[] }[] };
    assert.match(JSON.stringify(log.runs[0]!.invocations), /There is no rule JS-FETCH-NO-UNDICY/);
  });

  it('takes back what traces refute, and says so', () => {
    const scope = '@opentelemetry/instrumentation-undici';
    cli.write('undici.json', encodeJson({ service: 'shop', scope, spans: [{ kind: 'CLIENT' }] }));
    cli.write('other.json', encodeJson({ service: 'shop', spans: [{ kind: 'CLIENT' }] }));
    assert.equal(lint('shop', '--traces', 'other.json').status, 1);
    const { status, stdout } = lint('shop', '--traces', 'undici.json', '--explain');
    assert.equal(status, 0);
    assert.match(stdout, /refuted +JS-FETCH-NO-UNDICI: spans of `@opentelemetry\/instrumentation-undici` come from/);
    assert.match(lint('shop', '--traces', 'nowhere.json').stderr, /nowhere\.json/);
  });

  it('explains what it knows of each process', () => {
    const { stdout } = lint('shop', '--explain');
    assert.match(stdout, /^package\.json:2 {2}node process\n/);
    assert.match(stdout, /tracing\.js:4/);
  });

  it('names what it cannot use', () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['nowhere'], /^spanlight lint: nowhere: There is no such file or folder\. Name one that exists\.\n$/],
      [
        ['shop', '--format', 'xml'],
        /^spanlight lint: --format: "xml" is no format\. Use text, json, sarif, github\.\n$/,
      ],
      [
        ['shop', '--rule', 'NO-SUCH'],
        /^spanlight lint: --rule: There is no rule "NO-SUCH"\. The rules are GO-PROP-UNSET/,
      ],
      [['shop', '--max-warnings', '-1'], /^spanlight lint: .*--max-warnings/],
      [['shop', '--frmat', 'json'], /^spanlight lint: .*--frmat.*See spanlight lint --help\.\n$/],
      [['shop', '--rule', 'JS-FETCH-NO-UNDICY'], /"JS-FETCH-NO-UNDICY"\. JS-FETCH-NO-UNDICI is one\.\n$/],
      [
        ['shop', '--format', 'json', '--format=text'],
        /^spanlight lint: --format: It is given 2 times\. Give it once\.\n$/,
      ],
      [['shop', '--max-warnings=1', '--max-warnings=2'], /^spanlight lint: --max-warnings: It is given 2 times\./],
      [['shop', '--max-warnings', 'many'], /^spanlight lint: --max-warnings: "many" is no number\./],
      [['shop', '--traces', ''], /^spanlight lint: --traces: No file and no address is named\./],
      [['shop', '--traces', 'shop'], /^spanlight lint: shop: This is a folder, not a file\./],
      [['shop', '--traces', 'shop/package.json'], /^spanlight lint: .*there are no traces in it/],
      [['shop', ''], /^spanlight lint: "": There is no such file or folder\./],
    ];
    for (const [args, message] of wrong) {
      const { status, stdout, stderr } = lint(...args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
  });

  // Windows has no such permissions.
  if (process.platform !== 'win32') {
    it('is no clean run where what was asked for cannot be read', () => {
      cli.write('closed/package.json', '{}');
      chmodSync(cli.folder, 0o755);
      chmodSync(path.join(cli.folder, 'closed'), 0);
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli.script, 'lint', 'closed'], {
        encoding: 'utf8',
        cwd: cli.folder,
        // They do not bind the superuser; this is nobody.
        ...(process.getuid?.() === 0 ? { uid: 65_534 } : {}),
      });
      chmodSync(path.join(cli.folder, 'closed'), 0o755);
      const message = 'spanlight lint: closed: Its permissions forbid to read it. Give read permission.\n';
      assert.deepEqual([status, stdout, stderr], [2, '', message]);
    });
  }

  it('keeps its verdict where nobody reads the answer', async () => {
    const run = spawn(process.execPath, [cli.script, 'lint', 'shop'], {
      cwd: cli.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    run.stdout.destroy();
    assert.deepEqual(await once(run, 'exit'), [1, null]);
  });

  it('places all files below one top for code hosts, wherever the folders are', () => {
    const elsewhere = spawnSync(process.execPath, [cli.script, 'lint', '../plain', '../shop', '--format', 'sarif'], {
      encoding: 'utf8',
      cwd: path.join(cli.folder, 'shop'),
    });
    const { artifactLocation } = (JSON.parse(elsewhere.stdout) as SarifLog).runs[0]!.results[0]!.locations[0]!
      .physicalLocation;
    assert.deepEqual(artifactLocation, { uri: 'shop/tracing.js', uriBaseId: '%SRCROOT%' });
  });

  it('names files in its sentences as it does beside them', () => {
    const dependencies = DEPENDENCIES;
    cli.write('other shop/package.json', JSON.stringify({ name: 'other', dependencies }));
    cli.write('other shop/tracing.js', SETUP);
    cli.write('other shop/server.js', server('const stock = await fetch(process.env.STOCK_URL);'));
    const messages = (...args: string[]): string[] =>
      (JSON.parse(lint(...args, '--format', 'json').stdout) as { message: string }[]).map(({ message }) => message);
    assert.deepEqual(
      messages('shop', 'other shop').map((message) => /\(([^()]*server\.js:\d+)\)/.exec(message)?.[1]),
      ['../other shop/server.js:3', 'server.js:3'],
    );
    assert.match(lint('shop', '--format', 'github').stdout, /\(`shop\/package\.json:\d+`.*\(shop\/server\.js:3\)/);
  });

  it('hears the settings of the workspace, comments and all, also from a folder of the repository', () => {
    const settings = (text: string): void => void cli.write('repo/.vscode/settings.json', text);
    cli.write('repo/.git/HEAD', 'ref: refs/heads/main\n');
    cli.write('repo/shop/package.json', JSON.stringify({ name: 'shop', dependencies: DEPENDENCIES }));
    cli.write('repo/shop/tracing.js', SETUP);
    cli.write('repo/shop/server.js', server('const stock = await fetch(process.env.STOCK_URL);'));
    settings('{\n  // Ours is a mesh.\n  "spanlight.lint.coveredBy": ["undici: mesh"],\n}\n');
    assert.deepEqual([lint('repo').status, lint('repo/shop').status, lint('repo/shop/server.js').status], [0, 0, 0]);
    assert.equal(lint('repo', '--no-settings').status, 1);
    settings('{"spanlight.lint.severities": {"JS-FETCH-NO-UNDICI": "error", "NO-SUCH-RULE": "off"}}');
    const { stdout, stderr } = lint('repo', '--rule', 'JS-FETCH-NO-UNDICI');
    assert.match(stdout, / error {2}.* JS-FETCH-NO-UNDICI/);
    assert.match(stderr, /There is no rule "NO-SUCH-RULE"/);
  });

  it('says what is wrong with them', () => {
    cli.write('wrong/package.json', '{}');
    cli.write('wrong/.vscode/settings.json', '{"spanlight.lint.coveredBy": "mesh"}');
    const odd = lint('wrong');
    assert.deepEqual([odd.status, /coveredBy is no list of texts and left out/.test(odd.stderr)], [0, true]);
    const told = (text: string): readonly [status: number | null, stderr: string] => {
      cli.write('wrong/.vscode/settings.json', text);
      const { status, stderr } = lint('wrong');
      return [status, stderr];
    };
    assert.deepEqual(told(''), [0, '']);
    assert.deepEqual(told('\uFEFF{"spanlight.lint.coveredBy": []}'), [0, '']);
    for (const text of ['{', '[]', 'null', '{"editor.tabSize": 2 "spanlight.lint.coveredBy": []}'])
      assert.match(told(text)[1], /^spanlight lint: .*settings\.json is no JSON: what of it can be read counts/, text);
    assert.match(
      told('{"editor.tabSize": 2 "spanlight.lint.coveredBy": "mesh"}')[1],
      /coveredBy is no list of texts and left out/,
    );
    assert.match(
      told('{"spanlight.lint.coverdBy": []}')[1],
      /There is no setting spanlight\.lint\.coverdBy\. spanlight\.lint\.coveredBy is one\.\n$/,
    );
    rmSync(path.join(cli.folder, 'wrong/.vscode/settings.json'));
    mkdirSync(path.join(cli.folder, 'wrong/.vscode/settings.json'));
    const folder = lint('wrong');
    assert.deepEqual([folder.status, /settings\.json cannot be read and is left out/.test(folder.stderr)], [0, true]);
  });
});

interface SarifRule {
  readonly id: string;
  readonly help: { readonly markdown: string };
}

interface SarifLog {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } };
    readonly results: readonly {
      readonly ruleIndex: number;
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: object } }[];
    }[];
  }[];
}

function server(work: string): string {
  return `const http = require('http');
http.createServer(async (request, response) => {
  ${work}
  response.end();
}).listen(8080);
`;
}
