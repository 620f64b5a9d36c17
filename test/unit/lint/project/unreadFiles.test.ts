import assert from 'node:assert/strict';
import { missingFacts } from '../../../../src/lint/missingFacts';
import { NO_LINT_SETTINGS } from '../../../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../../../src/lint/workspaceLinter';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { MemoryFiles, relativeToProject } from '../support/memoryFiles';
import { unitsById } from './units';

const MANIFEST = `{
  "scripts": { "start": "node -r ./tracing.js server.js" },
  "dependencies": {
    "@opentelemetry/sdk-node": "0.52.0",
    "@opentelemetry/instrumentation-http": "0.52.0"
  }
}
`;

/** A process that a finding is in. */
const ORDERS = {
  'orders/package.json': MANIFEST,
  'orders/tracing.js': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`,
  'orders/server.js': `require('http').createServer(async (request, response) => {
  response.end(await fetch(process.env.STOCK_URL));
}).listen(80);
`,
};

const FOUND = ['JS-FETCH-NO-UNDICI orders/tracing.js'];

async function found(more: Readonly<Record<string, string>>): Promise<string[]> {
  const files = new MemoryFiles({ ...ORDERS, ...more });
  const code = await sharedSyntax();
  const { findings } = await new WorkspaceLinter({ files, code, settings: NO_LINT_SETTINGS }).run();
  return findings.map(({ rule, file }) => `${rule} ${relativeToProject(file)}`);
}

/** The places that make each unit unknown. */
async function unreadOf(files: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
  const units = await unitsById(files);
  return Object.fromEntries(
    [...units].flatMap(([id, { unread }]) =>
      unread === undefined
        ? []
        : [[id, unread.map(({ file, range }) => `${relativeToProject(file)}:${range.startLine + 1}`)]],
    ),
  );
}

const CONFLICT = MANIFEST.replace(
  '    "@opentelemetry/sdk-node"',
  '<<<<<<< HEAD\n=======\n    "dd-trace": "5.0.0",\n>>>>>>> tracing\n    "@opentelemetry/sdk-node"',
);

describe('lint: what covers a process may stand in a file that is not read', () => {
  it('is silent where a manifest that speaks of tracing cannot be read', async () => {
    assert.deepEqual(await found({}), FOUND);
    assert.deepEqual(await found({ 'orders/package.json': CONFLICT }), []);
    assert.deepEqual(await found({ 'orders/package.json': MANIFEST.trimEnd().slice(0, -1) }), []);
  });

  it('is silent where a compose file of it that speaks of tracing is no YAML', async () => {
    const service = '  orders:\n    build: ./orders\n    command: node --require dd-trace/init server.js\n';
    const none = [
      `{% if on %}\nservices:\n${service}{% endif %}\n`,
      `services:\n${service}\tports: []\n`,
      `<<<<<<< HEAD\nservices:\n${service}=======\n>>>>>>> main\n`,
    ];
    for (const text of none) assert.deepEqual(await found({ 'docker-compose.yml': text }), [], text);
  });

  it('warns beside files that say nothing of tracing, and those of others', async () => {
    assert.deepEqual(
      await found({ 'docker-compose.yml': '{% if on %}\nservices:\n  orders:\n    ports: [80]\n' }),
      FOUND,
    );
    assert.deepEqual(await found({ 'orders/package.json': '{"name": "orders",' }), FOUND);
    assert.deepEqual(await found({ 'stock/package.json': CONFLICT, 'stock/a.js': '' }), FOUND);
    assert.deepEqual(
      await found({ 'stock/docker-compose.yml': 'a: [\nOTEL_A: 1', 'stock/package.json': '{}', 'stock/a.js': '' }),
      FOUND,
    );
    assert.deepEqual(await found({ 'docker-compose.yml': 'services:\n  x:\n    image: datadog/agent\n' }), FOUND);
  });

  it('says which file it is, and where that speaks of tracing', async () => {
    const files = { ...ORDERS, 'docker-compose.yml': '{% if on %}\nservices:\n  a:\n    image: datadog/agent\n' };
    assert.deepEqual(await unreadOf(files), { 'orders/package.json': ['docker-compose.yml:4'] });
    const unit = (await unitsById(files)).get('orders/package.json')!;
    const [fact, ...others] = missingFacts(unit);
    assert.deepEqual(others, []);
    assert.equal(fact!.topic, 'unknown');
    assert.match(fact!.evidence[0]!.text, /^speaks of tracing and is not read: no YAML: .*[^:]$/);
  });

  it('takes a compose file for the folders that it names, beside its own too', async () => {
    const files = {
      'orders/package.json': '{}',
      'orders/a.js': '',
      'stock/package.json': '{}',
      'stock/a.js': '',
      'deploy/compose.yaml': 'services: [\n build: ../orders\n OTEL_PROPAGATORS: none\n',
    };
    assert.deepEqual(await unreadOf(files), { 'orders/package.json': ['deploy/compose.yaml:3'] });
    const nameless = { ...files, 'deploy/compose.yaml': 'services: [\n OTEL_PROPAGATORS: none\n' };
    assert.deepEqual(Object.keys(await unreadOf(nameless)), ['orders/package.json', 'stock/package.json']);
  });

  it('takes a compose file for a program of Go only where it starts what traces one from outside', async () => {
    const compose = 'services: [\n OTEL_PROPAGATORS: none\n';
    const files = { 'go.mod': 'module a\n', 'a.go': 'package a\n', 'compose.yaml': compose };
    assert.deepEqual(await unreadOf(files), {});
    const beside = { ...files, 'compose.yaml': `${compose} image: grafana/beyla\n` };
    assert.deepEqual(await unreadOf(beside), { 'go.mod': ['compose.yaml:2'] });
  });

  it('takes a manifest for its own language and for what is below it', async () => {
    const files = {
      'pom.xml': '<project><artifactId>opentelemetry-api',
      'a/pom.xml': '<project><artifactId>a</artifactId></project>',
      'a/A.java': '',
      'b/package.json': '{}',
      'b/b.js': '',
    };
    assert.deepEqual(await unreadOf(files), { 'a/pom.xml': ['pom.xml:1'], 'pom.xml': ['pom.xml:1'] });
  });

  it('takes settings of Spring for the module around them', async () => {
    const files = {
      'a/pom.xml': '<project><artifactId>a</artifactId></project>',
      'a/src/main/java/A.java': '',
      'a/src/main/resources/application.yml': 'management:\n  tracing:\n    enabled: [\n',
      'b/pom.xml': '<project><artifactId>b</artifactId></project>',
      'b/src/main/java/B.java': '',
    };
    assert.deepEqual(await unreadOf(files), { 'a/pom.xml': ['a/src/main/resources/application.yml:2'] });
    const untold = { ...files, 'a/src/main/resources/application.yml': 'server: [\n' };
    assert.deepEqual(await unreadOf(untold), {});
  });
});
