import assert from 'node:assert/strict';
import { parseTree } from 'jsonc-parser';
import { scanJson, type JsonValue } from '../../../../src/lint/project/text/jsonScan';

/** Of a value and all that is in it. */
function told({ type, offset, length, value, children }: JsonValue): unknown {
  return children === undefined ? { type, offset, length, value } : { type, offset, length, in: children.map(told) };
}

describe('lint: JSON whose values are looked for when they are asked for', () => {
  const texts = [
    '{}',
    ' [ ]\n',
    '\t"a \\" \\u00e9 \\\\" ',
    '-1.5e+3',
    'null',
    '{"name": "a", "private": true, "files": ["b", "{", "]\\\\"], "c": {"d": [1, null, {"e": false}], "": []}}',
    '{\r\n  "dependencies" : {\r\n    "@a/b" : "^1.2.3" ,\r\n    "c":"workspace:*"\r\n  },\r\n  "twice": 1, "twice": {"x": 0}\r\n}\r\n',
  ];
  for (const text of texts)
    it(`has the places that a parser of the whole text gives: ${JSON.stringify(text)}`, () => {
      const value = scanJson(text);
      assert.deepEqual(told(value), told(parseTree(text) as JsonValue));
    });
});
