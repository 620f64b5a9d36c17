import assert from 'node:assert/strict';
import path from 'node:path';
import { line0 } from '../../../../src/base/positions';
import { suspectsOf, type BrokenRoot } from '../../../../src/lint/proof/suspects';
import { readUnits } from '../../../../src/lint/project/readUnits';
import type { Finding } from '../../../../src/model/finding';
import { MemoryFiles, PROJECT } from '../support/memoryFiles';

const FILES = {
  'package.json': '{"name": "root", "private": true}',
  'shop/package.json': '{"name": "shop", "scripts": {"start": "node shop.js"}}',
  'shop/shop.js': 'listen();\n',
  'stock/package.json': '{"name": "stock", "scripts": {"start": "node stock.js"}}',
  'stock/stock.js': 'listen();\n',
};

describe('suspects of a span without a parent', () => {
  const suspects = async (root: Partial<BrokenRoot>, ...findings: readonly Finding[]): Promise<string[]> => {
    const { units } = await readUnits(new MemoryFiles(FILES));
    const whole = { traceId: 'a1', kind: 'INTERNAL', folder: path.join(PROJECT, 'shop'), ...root } as const;
    return suspectsOf(whole, units, findings).map(({ rule, file }) => `${rule} ${path.basename(file)}`);
  };

  it('are of its own process, and of rules that lose such spans', async () => {
    const queue = finding('QUEUE-CTX-LOSS', 'shop/shop.js');
    const elsewhere = finding('QUEUE-CTX-LOSS', 'stock/stock.js');
    const request = finding('GO-HTTP-REQ-NO-CTX', 'shop/shop.js');
    assert.deepEqual(await suspects({}, elsewhere, request, queue), ['QUEUE-CTX-LOSS shop.js']);
    assert.deepEqual(await suspects({ kind: 'CLIENT' }, elsewhere, request), ['GO-HTTP-REQ-NO-CTX shop.js']);
    assert.deepEqual(await suspects({ kind: 'SERVER' }, queue, request), []);
    assert.deepEqual(await suspects({ folder: undefined }, queue), []);
  });

  it('are callers elsewhere only where the trace is named as proof', async () => {
    const open = finding('JS-FETCH-NO-UNDICI', 'stock/stock.js');
    const proven = {
      ...open,
      severity: 'error' as const,
      message: 'fetch … Proven: 8 server spans (traces b2 and a1).',
    };
    assert.deepEqual(await suspects({ kind: 'SERVER' }, open), []);
    assert.deepEqual(await suspects({ kind: 'SERVER' }, proven), ['JS-FETCH-NO-UNDICI stock.js']);
    assert.deepEqual(await suspects({ kind: 'SERVER', traceId: 'c3' }, proven), []);
  });

  it('are few, the proven one first', async () => {
    const many = ['EXTRACT-UNUSED', 'QUEUE-CTX-LOSS', 'JS-NO-CONTEXT-MANAGER', 'JS-KAFKA-CONSUME-DROP'];
    const found = many.map((rule) => finding(rule, 'shop/shop.js'));
    const proven = { ...finding('JS-KAFKAJS-NO-INSTR', 'stock/stock.js'), severity: 'error' as const, message: 'a1' };
    const names = await suspects({}, ...found, proven);
    assert.deepEqual([names.length, names[0]], [3, 'JS-KAFKAJS-NO-INSTR stock.js']);
  });
});

function finding(rule: string, file: string): Finding {
  const range = { startLine: line0(3), startColumn: 0, endLine: line0(3), endColumn: 4 };
  const parts = { message: 'lost', evidence: [], related: [], fixes: [] };
  return { rule, severity: 'warning', file: path.join(PROJECT, file), range, ...parts };
}
