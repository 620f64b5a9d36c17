import assert from 'node:assert/strict';
import { NameTable } from '../../../../src/source/index/nameTable';

describe('names of files', () => {
  it('tells what came and went, and who has a name', () => {
    const table = new NameTable();
    assert.deepEqual(table.replace('a.ts', ['one', 'two']), ['one', 'two']);
    assert.deepEqual(table.replace('b.ts', ['two']), ['two']);
    assert.deepEqual(table.files('two'), ['a.ts', 'b.ts']);
    assert.deepEqual(table.replace('a.ts', ['two', 'three']), ['three', 'one']);
    assert.deepEqual([table.files('one'), table.files('two'), table.files('three')], [[], ['a.ts', 'b.ts'], ['a.ts']]);
    assert.deepEqual(table.replace('a.ts', ['two', 'three']), []);
    assert.deepEqual(table.replace('a.ts', []), ['two', 'three']);
    assert.deepEqual(table.files('two'), ['b.ts']);
  });
});
