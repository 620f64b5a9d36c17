import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { JsonFaultFinder } from '../../../../src/traces/json/jsonFaultFinder';

const FIXTURES = path.join(__dirname, '..', '..', '..', 'fixtures', 'files');

/** `line:column` of the fault in a text that is read in pieces of so many bytes. */
function faultIn(text: string, chunkBytes = 3, byLine = false): string | undefined {
  const finder = new JsonFaultFinder(byLine);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const place = finder.push(bytes.subarray(at, at + chunkBytes));
    if (place !== undefined) return `${place.line}:${place.column}`;
  }
  const end = finder.end();
  return end === undefined ? undefined : `${end.line}:${end.column}`;
}

/** The parser names a place for most faults only; the end is the place of what is missing there. */
function parserPosition(text: string): number | 'behind' | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = (error as Error).message;
    if (message.includes('after JSON')) return 'behind';
    const position = / at position (\d+)/.exec(message)?.[1];
    return position !== undefined
      ? Number(position)
      : /end of JSON input|Unterminated/.test(message)
        ? text.length
        : -1;
  }
}

describe('the place where JSON is broken', () => {
  it('is the first character that cannot stand there', () => {
    const faults: readonly (readonly [text: string, place: string])[] = [
      ['{"a":1,}', '1:8'],
      ['{"a":1 2}', '1:8'],
      ['[1,2', '1:5'],
      ['{\n  "a": [1,\n    tru]\n}', '3:8'],
      ['{"ä😀": [}', '1:9'],
      ['{"a":01}', '1:7'],
      ['[-]', '1:3'],
      ['[1.]', '1:4'],
      ['[1e+]', '1:5'],
      ['["\\x"]', '1:4'],
      ['["\\u12g4"]', '1:7'],
      ['["a\nb"]', '1:4'],
      ['{a:1}', '1:2'],
      ['[1}', '1:3'],
      ['{"a" 1}', '1:6'],
      ['hello', '1:1'],
      ['{}\n{"a": nul', '2:10'],
      ['-', '1:2'],
      [']', '1:1'],
    ];
    for (const [text, place] of faults) for (const chunk of [1, 100]) assert.equal(faultIn(text, chunk), place, text);
  });

  it('is none in what is JSON, one value or several', () => {
    for (const text of [
      '',
      ' ',
      '{}',
      '[]',
      '1',
      '-0.5e-7',
      '"\\u00e9\\n"',
      'null [true, false]\n{"a": {"b": [[]]}}',
    ]) {
      assert.equal(faultIn(text), undefined, text);
    }
    for (const file of readdirSync(FIXTURES).filter((name) => name.endsWith('.json'))) {
      const text = readFileSync(path.join(FIXTURES, file), 'utf8');
      if (parserPosition(text) === undefined) assert.equal(faultIn(text, 1000), undefined, file);
    }
  });

  it('is where the parser sees it, wherever a text is cut or a character changed', () => {
    const text = '{"a":[1,-2.5e3,{"b":"x\\ny","c":null}],"d":{"e":true,"f":[]}}';
    for (let at = 1; at < text.length; at++) {
      for (const other of [
        text.slice(0, at),
        ...['"', ',', '}', '1', 'x'].map((c) => text.slice(0, at) + c + text.slice(at + 1)),
      ]) {
        const position = parserPosition(other);
        const found = faultIn(other);
        // What follows a value is another one here.
        if (position === 'behind') continue;
        if (position === undefined) assert.equal(found, undefined, other);
        else if (position >= 0) assert.equal(found, `1:${position + 1}`, other);
        else assert.notEqual(found, undefined, other);
      }
    }
  });

  it('is the end of the line for what does not end with it, where each value has a line', () => {
    assert.equal(faultIn('{"a":1}\n{"b":\n2}', 100, true), '2:6');
    assert.equal(faultIn('{"a":1}\n{"b":2}\n', 100, true), undefined);
  });
});
