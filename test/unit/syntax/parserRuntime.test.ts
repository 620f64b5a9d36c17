import assert from 'node:assert/strict';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { startRuntime } from '../../../src/syntax/parserRuntime';
import { syntaxAssets } from '../../support/syntaxAssets';

describe('syntax: the memory of the parser', () => {
  it('is read where it is, also after it had to grow', async () => {
    const { runtime, grammars } = syntaxAssets();
    await startRuntime(runtime);
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammars('javascript')));
    const text = `${'call(1, [two, { three: 3 }]);\n'.repeat(2_000)}last();\n`;
    const trees: Tree[] = [];
    // 32 MB are there at the beginning, of which each of these trees takes more than one.
    for (let i = 0; i < 40; i++) trees.push(parser.parse(text)!);
    const cursor = trees.at(-1)!.walk();
    assert.ok(cursor.gotoLastChild() && cursor.gotoFirstChild() && cursor.gotoFirstChild());
    assert.deepEqual(
      [cursor.nodeType, cursor.currentFieldName, text.slice(cursor.startIndex, cursor.endIndex)],
      ['identifier', 'function', 'last'],
    );
    assert.deepEqual(cursor.currentNode.startPosition, { row: 2_000, column: 0 });
    for (const one of [cursor, ...trees, parser]) one.delete();
  });
});
