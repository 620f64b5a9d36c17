import assert from 'node:assert/strict';
import { ReadFile } from '../../../../src/lint/project/projectFiles';
import { readJson, type JsonNode } from '../../../../src/lint/project/text/jsonTree';

function read(text: string): JsonNode | string {
  return readJson(new ReadFile({ path: '/w/package.json', folder: '/w', relative: 'package.json' }, text));
}

function whyNot(text: string): string {
  const found = read(text);
  return typeof found === 'string' ? found : 'read';
}

function node(text: string): JsonNode {
  const found = read(text);
  if (typeof found === 'string') assert.fail(found);
  return found;
}

describe('lint: JSON with places', () => {
  const TEXT = '{"name": "a", "scripts": {"start": "node .", "x": 1}, "files": ["b", {"c": true}], "name": "z"}';
  for (const [which, text] of Object.entries({ strict: TEXT, lenient: `${TEXT.slice(0, -1)},}` }))
    it(`says where a value stands in ${which} JSON, of two with one name the last`, () => {
      const root = node(text);
      const written = (one: JsonNode | undefined): string => text.slice(one?.start, one?.end);
      assert.equal(root.textOf('name'), 'z');
      assert.equal(written(root.get('name')), '"name": "z"');
      assert.equal(written(root.get('scripts')?.get('start')), '"start": "node ."');
      assert.deepEqual(
        root
          .get('scripts')
          ?.entries()
          .map(([key, value]) => [key, value.text, written(value)]),
        [
          ['start', 'node .', '"start": "node ."'],
          ['x', undefined, '"x": 1'],
        ],
      );
      assert.deepEqual(root.get('files')?.items().map(written), ['"b"', '{"c": true}']);
      assert.equal(root.get('files')?.items()[1]?.get('c')?.isTrue, true);
      assert.equal(written(root), text.replace(/\s+$/, ''));
    });

  it('has nothing of what is no object, and of what every object has', () => {
    const root = node('{"a": null, "b": 3, "__proto__": {"x": "1"}}');
    assert.equal(root.get('toString'), undefined);
    assert.equal(root.get('a')?.isObject, false);
    assert.deepEqual(root.get('b')?.entries(), []);
    assert.equal(root.get('__proto__')?.textOf('x'), '1');
  });

  it('says why a text is none', () => {
    assert.match(whyNot(''), /^no JSON/);
    assert.match(whyNot("{'a': 1}"), /^no JSON: \w+ at offset 1/);
    assert.match(whyNot('{"a": 1} x'), /^no JSON/);
    assert.match(whyNot(`${'['.repeat(100_000)},`), /nested too deeply/);
  });
});
