import assert from 'node:assert/strict';
import { SaxesParser } from 'saxes';
import { parseAllDocuments } from 'yaml';
import { javaCheck } from '../../../../src/lint/java/check';
import { applyFix, lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

const SENDER = `package com.acme.orders;

import org.springframework.kafka.core.KafkaTemplate;

class Sender {
  private final KafkaTemplate<String, String> kafka;
  void placed(String id) { kafka.send("orders", id); }
}
`;

const CLIENT =
  'package com.acme.orders;\n\nimport org.springframework.cloud.openfeign.FeignClient;\n\n@FeignClient("stock")\ninterface Stock {}\n';

const OBSERVED = 'spring.kafka.template.observation-enabled';

/** A manifest after the fix of the only finding, which is not found any more. */
async function fixed(name: string, text: string, code: string, more: Record<string, string> = {}): Promise<string> {
  const files = { [`${SOURCES}/OrdersApplication.java`]: MAIN, [`${SOURCES}/A.java`]: code, ...more, [name]: text };
  const { findings } = await lintProject(javaCheck, files);
  assert.equal(findings.length, 1);
  const after = applyFix(files, findings[0]!.finding);
  assert.notEqual(after[name], text, 'no fix');
  assert.deepEqual((await lintProject(javaCheck, after)).short, [], after[name]);
  return after[name]!;
}

/** `a.b=1` of all values of all documents, in order of the keys. */
function leaves(text: string): string[] {
  const documents = parseAllDocuments(text, { merge: true });
  assert.ok(!('empty' in documents));
  return documents.flatMap((document, i) => {
    assert.deepEqual(document.errors, [], text);
    const found: string[] = [];
    const open: (readonly [string, unknown])[] = [[`${i}`, document.toJS() as unknown]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [key, value] = next;
      if (typeof value === 'object' && value !== null)
        open.push(...Object.entries(value).map(([name, inner]) => [`${key}.${name}`, inner as unknown] as const));
      else found.push(`${key}=${String(value)}`);
    }
    return found.sort();
  });
}

describe('fixes in the manifests of Java, read again', () => {
  const YAML = 'src/main/resources/application.yml';
  const spring = { 'pom.xml': pom('orders', ...MICROMETER) };

  for (const [what, text] of [
    ['levels of two', 'spring:\n  kafka:\n    bootstrap-servers: kafka:9092\n'],
    ['levels of four', 'spring:\n    kafka:\n        bootstrap-servers: kafka:9092\n        client-id: orders\n'],
    ['dots', 'spring.kafka.bootstrap-servers: kafka:9092\nserver.port: 8080\n'],
    ['some levels and some dots', 'spring:\n  kafka.bootstrap-servers: kafka:9092\n  application.name: orders\n'],
    ['a comment before', '# where messages go\nspring:\n  # the broker\n  kafka:\n    # inside\n    client-id: a\n'],
    ['a template beside', 'spring:\n  kafka:\n    template:\n      default-topic: orders\n    client-id: a\n'],
    ['lists', 'spring:\n  kafka:\n    bootstrap-servers:\n      - a:9092\n      - b:9092\n    client-id: a\n'],
    ['lists of maps first', 'routes:\n  - id: a\n    uri: b\nspring:\n  main.banner-mode: off\n'],
    ['documents', 'spring:\n  kafka:\n    client-id: a\n---\nspring.config.activate.on-profile: x\nserver.port: 1\n'],
    ['an anchor', 'x: &x\n  a: 1\nspring:\n  kafka:\n    client-id: a\ny: *x\n'],
    ['quotes', '"spring":\n  \'kafka\':\n    "client-id": "a"\n'],
    ['returns', 'spring:\r\n  kafka:\r\n    client-id: a\r\n'],
    ['braces', 'spring: {kafka: {client-id: a}}\nserver.port: 1\n'],
  ] as const)
    it(`YAML with ${what} has one value more`, async () => {
      const after = leaves(await fixed(YAML, text, SENDER, spring));
      assert.deepEqual(after.sort(), [...leaves(text), `0.${OBSERVED}=true`].sort());
    });

  for (const [what, text] of [
    ['one line', 'spring.kafka.client-id=a'],
    ['comments', '# broker\nspring.kafka.client-id=a\n\n! more\nserver.port = 1\n'],
    ['a value over two lines', 'spring.kafka.bootstrap-servers=a:1,\\\n  b:2\nserver.port=1\n'],
    ['returns', 'server.port=1\r\nspring.kafka.client-id=a\r\n'],
  ] as const)
    it(`properties with ${what} have one more`, async () => {
      const after = await fixed('src/main/resources/application.properties', text, SENDER, spring);
      const entries = (all: string): string[] => all.replace(/\\\r?\n\s*/g, '').split(/\r?\n/);
      assert.deepEqual(entries(after).sort(), [...entries(text), `${OBSERVED}=true`].sort());
    });

  for (const [what, change] of [
    ['two spaces', (text: string) => text],
    ['four spaces', (text: string) => text.replace(/^( +)/gm, '$1$1')],
    ['tabs', (text: string) => text.replace(/^( {2})+/gm, (all) => '\t'.repeat(all.length / 2))],
    ['returns', (text: string) => text.replaceAll('\n', '\r\n')],
    ['one line a dependency', (text: string) => text.replace(/>\n {6}</g, '><').replace(/>\n {4}<\//g, '></')],
  ] as const)
    it(`a POM with ${what} has one dependency more`, async () => {
      const text = change(pom('orders', ...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign'));
      const after = await fixed('pom.xml', text, CLIENT);
      const names: string[] = [];
      const parser = new SaxesParser();
      parser.on('error', (error) => assert.fail(`${error.message}\n${after}`));
      parser.on('text', (said) => void names.push(said.trim()));
      parser.write(after).close();
      const added = names.indexOf('feign-micrometer');
      assert.equal(
        names
          .slice(0, added)
          .filter((name) => name !== '')
          .at(-1),
        'io.github.openfeign',
      );
      assert.equal(after.match(/<dependency>/g)!.length, text.match(/<dependency>/g)!.length + 1);
    });
});
