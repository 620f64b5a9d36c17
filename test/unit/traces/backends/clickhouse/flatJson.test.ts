import assert from 'node:assert/strict';
import { flatJson } from '../../../../../src/traces/backends/clickhouse/flatJson';

describe('attributes out of a JSON column', () => {
  it('are named by their paths, both of db.system and db.system.name', () => {
    const text = '{"db":{"system":"pg","system":{"name":"postgres"}},"http":{"route":"\\/x"},"z":1}';
    assert.deepEqual(
      [...flatJson(text)],
      [
        ['db.system', 'pg'],
        ['db.system.name', 'postgres'],
        ['http.route', '/x'],
        ['z', 1],
      ],
    );
  });

  it('keep their types, integers of 64 bits and lists', () => {
    const text =
      '{"big":9223372036854775807,"d":1.5e-9,"b":true,"n":null,"t":"a \\"q\\" {[,:]} 鍵","l":["a]",{"k":[1]},12345678901234567890],"e":[],"o":{}}';
    assert.deepEqual(Object.fromEntries(flatJson(text)), {
      big: 9223372036854775807n,
      d: 1.5e-9,
      b: true,
      n: null,
      t: 'a "q" {[,:]} 鍵',
      l: ['a]', { k: [1] }, '12345678901234567890'],
      e: [],
    });
    assert.deepEqual([...flatJson(' {} ')], []);
  });

  it('are numbers where a server quotes integers and conventions say so', () => {
    assert.deepEqual(Object.fromEntries(flatJson('{"http":{"status_code":"500"},"x":"500"}')), {
      'http.status_code': 500,
      x: '500',
    });
  });

  it('are refused where they are broken', () => {
    for (const text of ['', '[1]', '{"a":', '{"a":[1', '{"a":tru}', '{"a":1', '{a:1}']) {
      assert.throws(() => flatJson(text), SyntaxError, text);
    }
  });
});
