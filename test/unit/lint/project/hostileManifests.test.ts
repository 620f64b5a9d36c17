import assert from 'node:assert/strict';
import { mayTrace } from '../../../../src/lint/project/mayTrace';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { MemoryFiles, relativeToProject } from '../support/memoryFiles';

/** What was not read, as `file: why`, and the units by their ids. */
async function readAll(files: Readonly<Record<string, string>>) {
  const { units, skipped } = await readUnits(new MemoryFiles(files));
  return {
    units: new Map(units.map((unit) => [relativeToProject(unit.id), unit])),
    skipped: skipped.map(({ file, why }) => `${relativeToProject(file)}: ${why}`),
  };
}

/** Manifests that are none, each with what the note of it says. */
const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['package.json', '{"dependencies": {', /package\.json: no JSON/],
  ['package.json', '[]', /package\.json: no JSON object/],
  ['package.json', '<<<<<<< HEAD\n{"name": "a"}\n=======\n{}\n>>>>>>> b\n', /package\.json: no JSON/],
  ['pyproject.toml', '[project\nname = "x"\n', /pyproject\.toml: no TOML/],
  ['Pipfile', '[packages\n', /Pipfile: no TOML/],
  ['pom.xml', '<project><dependencies>', /pom\.xml: /],
  ['pom.xml', 'not xml at all', /pom\.xml: /],
  ['a.csproj', '<Project><ItemGroup>', /a\.csproj: /],
  ['docker-compose.yml', 'services:\n  a: [\n', /docker-compose\.yml: no YAML/],
  ['go.mod', 'go 1.22\n\nrequire github.com/acme/common v0.3.0\n', /go\.mod: no line says/],
  ['gradle/libs.versions.toml', '[libraries\n', /libs\.versions\.toml: no TOML/],
];

describe('lint: manifests that cannot be read', () => {
  for (const [name, text, note] of BROKEN) {
    it(`says so of ${name} (${JSON.stringify(text.slice(0, 20))})`, async () => {
      const more = name.startsWith('gradle/') ? { 'settings.gradle': '', 'build.gradle': 'dependencies {}' } : {};
      const { skipped } = await readAll({ [name]: text, 'main.py': '', ...more });
      assert.ok(
        skipped.some((one) => note.test(one)),
        JSON.stringify(skipped),
      );
    });
  }

  it('takes no manifest that cannot be read for one without dependencies, or for none', async () => {
    const inner = [
      ['package.json', '{', 'index.js', '{"dependencies": {"express": "4"}}'],
      ['pom.xml', '<project>', 'A.java', '<project><artifactId>top</artifactId></project>'],
      ['pyproject.toml', '[', 'a.py', '[project]\nname = "top"\ndependencies = ["flask"]\n'],
    ];
    for (const [name, text, source, top] of inner) {
      const { units } = await readAll({ [name!]: top!, [`in/${name}`]: text!, [`in/${source}`]: '' });
      const unit = units.get(`in/${name}`);
      assert.equal(unit?.manifest.text, `${name}, which cannot be read`);
      assert.equal(mayTrace(unit), 'by-code', name);
      assert.deepEqual(
        unit.files.map(({ relative }) => relative),
        [`in/${source}`],
      );
    }
  });

  it('goes on with other shapes than manifests have', async () => {
    const values = ['null', '[]', '7', '"x"', '{"dependencies": [1], "scripts": null, "workspaces": 3, "bin": false}'];
    for (const text of values) {
      const { units } = await readAll({ 'package.json': text, 'package-lock.json': text, 'index.js': '' });
      assert.ok(units.size >= 1, text);
    }
    for (const text of ['', 'project = 3\n', '[project]\ndependencies = "x"\nname = 3\n', '[tool]\npoetry = 1\n'])
      assert.ok((await readAll({ 'pyproject.toml': text, 'poetry.lock': text, 'a.py': '' })).units.size >= 1, text);
    for (const text of ['', 'services', 'services: 3', 'services: {a: 3, b: [], c: null}', '- services', '---\n---\n'])
      assert.ok((await readAll({ 'compose.yaml': text, 'a.py': '' })).units.size >= 1, text);
    for (const text of ['', 'module', 'module \nrequire (', 'require x', 'replace a => \n'])
      assert.ok((await readAll({ 'go.mod': text, 'go.work': text, 'main.go': 'package main' })).units.size >= 1, text);
    for (const text of ['', 'FROM', 'FROM $BASE', 'CMD [', 'FROM a AS b\nFROM b AS a\nFROM a', 'COPY --from=x'])
      assert.ok((await readAll({ Dockerfile: text, 'a.py': '' })).units.size >= 1, text);
  });

  it('reads a chart and a playbook, which are no YAML, by line', async () => {
    const { units, skipped } = await readAll({
      'api/pom.xml': '<project><artifactId>api</artifactId></project>',
      'api/A.java': '',
      'deploy/templates/api.yaml': `{{- if .Values.on }}
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  {{- with .Values.labels }}
  labels: {{ toYaml . | nindent 4 }}
  {{- end }}
  annotations:
    instrumentation.opentelemetry.io/inject-java: "true"
{{- end }}
`,
      'roles/api/templates/api.service.j2': `{% if tracing %}
Environment="JAVA_TOOL_OPTIONS={{ agent }}"
{% endif %}
`,
    });
    assert.ok(
      skipped.some((one) => /api\.yaml: no YAML.*read by line/.test(one)),
      JSON.stringify(skipped),
    );
    assert.deepEqual(
      units.get('api/pom.xml')?.deployment.agents.map(({ name }) => name),
      ['otel-operator-java'],
    );
  });

  it('says which YAML that speaks of tracing is not read: too large, or no YAML and nothing says what it deploys', async () => {
    const { skipped } = await readAll({
      'k8s/api.yaml': `kind: Deployment\n# OTEL_\n${'#'.repeat(2 * 1024 * 1024)}`,
      'ansible/orders.yml': '- hosts: all\n{% if x %}\n  env: {OTEL_SERVICE_NAME: "{{ x }}"}\n{% endif %}\n',
      'ansible/other.yml': '- hosts: all\n{% if x %}\n  env: {NAME: "{{ x }}"}\n{% endif %}\n',
      'api/src/main/resources/application.yml': 'otel: {url: "http://opentelemetry"}\nversion: @project.version@\n',
      'ci/build.yml': 'env:\n  OTEL_SERVICE_NAME: build\n',
      'a.py': '',
    });
    assert.match(skipped[1]!, /^k8s\/api\.yaml: larger than 2097152 bytes/);
    assert.match(skipped[0]!, /^ansible\/orders\.yml: no YAML.*nothing says what it deploys, so it is not read/);
    assert.equal(skipped.length, 2);
  });

  it('follows aliases no further than they are asked for', async () => {
    const rows = ['a0: &a0 {x: 1}'];
    for (let i = 1; i < 40; i++)
      rows.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const bomb = `${rows.join('\n')}\nservices:\n  web:\n    environment: *a39\n    command: *a39\n  more: &m\n    <<: *m\n`;
    const kubernetes = `${rows.join('\n')}\nkind: Deployment\nmetadata: {name: opentelemetry}\nspec: *a39\n`;
    const { units, skipped } = await readAll({ 'compose.yaml': bomb, 'k8s/a.yaml': kubernetes, 'a.py': '' });
    assert.equal(units.size, 1);
    assert.match(skipped.join('\n'), /compose\.yaml: its aliases stand for more than 1,000,000 values/);
    assert.match(skipped.join('\n'), /k8s\/a\.yaml: its aliases stand for more than 1,000,000 values/);
  });

  it('reads what people write with anchors', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `  s${i}:\n    build: s${i}\n    environment: *common\n`);
    const compose = `x-common: &common\n  OTEL_SERVICE_NAME: a\n  OTEL_PROPAGATORS: tracecontext\nservices:\n${rows.join('')}`;
    const { units, skipped } = await readAll({
      'compose.yaml': compose,
      's7/requirements.txt': 'flask',
      's7/a.py': '',
    });
    assert.deepEqual(skipped, []);
    assert.ok(units.get('s7/requirements.txt')?.deployment.environment.some(({ value }) => value === 'tracecontext'));
  });

  it('ends where manifests of every kind need each other', async () => {
    const { units } = await readAll({
      'n/a/package.json': '{"name": "a", "dependencies": {"b": "file:../b"}}',
      'n/a/index.js': "require('b');",
      'n/b/package.json': '{"name": "b", "dependencies": {"a": "file:../a"}}',
      'n/b/index.js': "require('a');",
      'm/a/pom.xml':
        '<project><parent><groupId>g</groupId><artifactId>b</artifactId><version>1</version><relativePath>../b</relativePath></parent><artifactId>a</artifactId></project>',
      'm/b/pom.xml':
        '<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>../a</relativePath></parent><artifactId>b</artifactId></project>',
      'm/a/A.java': '',
      'd/a/a.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="../b/b.csproj" /></ItemGroup></Project>',
      'd/b/b.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="../a/a.csproj" /></ItemGroup></Project>',
      'd/a/A.cs': '',
      'g/settings.gradle': '',
      'g/a/build.gradle': "apply from: 'a.gradle'\ndependencies {\n  implementation project(':b')\n}\n",
      'g/a/a.gradle': "apply from: 'build.gradle'\n",
      'g/b/build.gradle': "dependencies {\n  implementation project(':a')\n}\n",
      'g/a/A.java': '',
      'p/a/pyproject.toml': '[project]\nname = "a"\ndependencies = ["b @ file:../b"]\n',
      'p/b/pyproject.toml': '[project]\nname = "b"\ndependencies = ["a @ file:../a"]\n',
      'p/a/a.py': '',
    });
    assert.equal(units.size, 10);
  });

  it('says which of two lock files of Python disagree, and takes neither', async () => {
    const { units, skipped } = await readAll({
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["httpx"]\n',
      'uv.lock': '[[package]]\nname = "httpx"\nversion = "0.27.0"\n',
      'poetry.lock': '[[package]]\nname = "httpx"\nversion = "0.17.0"\n',
      'x.py': '',
    });
    assert.equal(units.get('pyproject.toml')?.dependencies.get('httpx')?.version, undefined);
    assert.match(skipped.join('\n'), /disagree on httpx \(0\.27\.0, 0\.17\.0\)/);
  });
});
