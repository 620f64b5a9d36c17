import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { line0, type Range0 } from '../../../src/base/positions';
import { sarif } from '../../../src/cli/lint/sarif';
import { RULES } from '../../../src/lint/ruleCatalogue';
import type { Finding } from '../../../src/model/finding';
import { projectRoot } from '../../support/cacheFolder';

/** The schema of the standard, which Microsoft's tools for SARIF carry; they do not export it. */
const SCHEMA = path.join(projectRoot, 'node_modules/@microsoft/sarif-multitool-ts/assets/sarif-2.1.0.schema.json');

const HERE: Range0 = { startLine: line0(3), startColumn: 2, endLine: line0(3), endColumn: 9 };

const FINDING: Finding = {
  rule: 'JS-FETCH-NO-UNDICI',
  severity: 'warning',
  file: '/repo/shop/odd name [1] ü%.js',
  range: HERE,
  message: '`package.json:4`: no [undici] in C:\\x; it is called (server.js:4), see x:1.',
  evidence: [
    { file: '/repo/shop/package.json', range: HERE, text: 'sdk-node ^0.52' },
    { file: '/repo/shop/other.json', range: HERE, text: '' },
  ],
  related: [{ file: '/repo/shop/server.js', range: HERE, message: 'fetch' }],
  fixes: [{ title: 'Add it', edits: [{ file: '/repo/shop/package.json', range: HERE, newText: '\n' }] }],
};

function log(findings: readonly Finding[]) {
  const skipped = [{ file: '/repo/a.go', why: 'binary' }];
  const notes = [
    { file: '/repo/b.go', range: HERE, about: 'unused' as const, message: 'This comment silences nothing.' },
  ];
  return sarif(findings, (file) => file.slice('/repo/'.length), { skipped, notes, version: '0.1.0' });
}

describe('SARIF', () => {
  it('is valid by the schema of SARIF 2.1.0, with every rule and without findings', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    const isValid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
    const bare = { ...FINDING, evidence: [], related: [], fixes: [] };
    const all = RULES.map(({ id, severity }) => ({ ...FINDING, rule: id, severity }));
    for (const findings of [[], [FINDING], [bare], all]) {
      assert.ok(isValid(JSON.parse(JSON.stringify(log(findings)))), JSON.stringify(isValid.errors, undefined, 1));
    }
    assert.equal(isValid({ ...log([]), version: '2.0.0' }), false, 'the schema refuses something');
  });

  it('leads from each rule to documentation of what it is about', () => {
    const of = (rule: string): string => log([{ ...FINDING, rule }]).runs[0]!.tool.driver.rules![0]!.helpUri!;
    const rules = ['GO-CTX-BACKGROUND', 'JS-UNCOVERED-LIB', 'PY-THREAD-CTX-LOSS', 'JAVA-SPRING-STATIC-BUILDER'];
    const pages = [...rules, 'JAVA-SPRING-KAFKA-NO-OBSERVATION', 'CS-HTTP-PROPAGATION-OFF', 'MSG-NO-INJECT'].map(of);
    assert.equal(new Set(pages).size, pages.length);
    for (const page of pages) assert.match(page, /^https:\/\/(opentelemetry|docs\.spring)\.io\//);
  });

  it('leads from each rule to its own section where there is a repository to read it in', () => {
    const repository = 'https://example.com/spanlight';
    for (const { id } of RULES) {
      const [rule] = sarif([{ ...FINDING, rule: id }], (file) => file, { repository }).runs[0]!.tool.driver.rules!;
      const [page, section] = rule!.helpUri!.split('#');
      assert.equal(page, `${repository}/blob/HEAD/src/lint/RULES.md`);
      const heading = readFileSync(path.join(projectRoot, 'src/lint/RULES.md'), 'utf8').match(
        new RegExp(`^### ${section}$`, 'im'),
      );
      assert.ok(heading, id);
    }
  });

  it('links the places that a message names, and lists the others behind it', () => {
    const [result] = log([FINDING]).runs[0]!.results!;
    assert.equal(
      result!.message.text,
      '[package.json:4](2): no \\[undici\\] in C:\\\\x; it is called ([server.js:4](1)), see x:1. See [shop/other.json:4](3).',
    );
    assert.deepEqual(
      result!.relatedLocations!.map(({ id, physicalLocation }) => [id, physicalLocation!.artifactLocation!.uri]),
      [
        [1, 'shop/server.js'],
        [2, 'shop/package.json'],
        [3, 'shop/other.json'],
      ],
    );
  });

  it('has files relative to the top, encoded, and the evidence as steps to the finding', () => {
    const [result] = log([FINDING]).runs[0]!.results!;
    const { artifactLocation, region } = result!.locations![0]!.physicalLocation!;
    assert.deepEqual(artifactLocation, { uri: 'shop/odd%20name%20%5B1%5D%20%C3%BC%25.js', uriBaseId: '%SRCROOT%' });
    assert.deepEqual(region, { startLine: 4, startColumn: 3, endLine: 4, endColumn: 10 });
    const steps = result!.codeFlows![0]!.threadFlows[0]!.locations.map(
      ({ location }) => location!.physicalLocation!.artifactLocation!.uri,
    );
    assert.deepEqual(steps, ['shop/package.json', 'shop/other.json', artifactLocation.uri]);
  });

  it('keeps fingerprints when lines move, and tells alike findings apart', () => {
    const moved = { ...FINDING, message: FINDING.message.replace(':4', ':9'), range: { ...HERE, startLine: line0(1) } };
    const prints = [FINDING, moved].map((one) => log([one]).runs[0]!.results![0]!.partialFingerprints);
    assert.deepEqual(prints[0], prints[1]);
    const both = log([FINDING, moved]).runs[0]!.results!.map(({ partialFingerprints }) => partialFingerprints);
    assert.notDeepEqual(both[0], both[1]);
  });

  it('tells what was not read as notifications, and not as results', () => {
    const [run] = log([]).runs;
    const told = run!.invocations![0]!.toolExecutionNotifications!.map(({ message }) => message.text);
    assert.deepEqual(told, ['a.go is not read: binary.', 'This comment silences nothing.']);
    assert.deepEqual(run!.results, []);
  });
});
