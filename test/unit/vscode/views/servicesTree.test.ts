import assert from 'node:assert/strict';
import type { OperationId, OperationNode, ServiceNode } from '../../../../src/protocol/engine';
import {
  operationNodes,
  operationRow,
  serviceNodes,
  type ServiceSort,
  type TreeNode,
} from '../../../../src/vscode/views/servicesTree';

function operation(name: string, totalNs: number, p95Ns: number, errorCount = 0): OperationNode {
  const id = name as OperationId;
  return { id, name, kind: 'server', count: 10, errorCount, totalNs, p50Ns: 1, p95Ns, words: '', severity: 'normal' };
}

const SERVICES: readonly ServiceNode[] = [
  { service: 'orders', operations: [operation('GET /a', 50, 9), operation('POST /b', 60, 1, 3)] },
  { service: 'payment', operations: [operation('pay', 80, 30, 1)] },
  { service: 'idle', operations: [] },
];

function names(nodes: readonly TreeNode[]): string[] {
  return nodes.map((node) => {
    if (node.kind === 'service') return node.service.service;
    return node.kind === 'operation' ? node.operation.name : `${node.count} more`;
  });
}

function order(sort: ServiceSort): string[] {
  return names(serviceNodes(SERVICES, sort, ''));
}

describe('services tree', () => {
  it('sorts services by time, slowness, errors and name, and leaves out empty ones', () => {
    assert.deepEqual(order('totalTime'), ['orders', 'payment']);
    assert.deepEqual(order('p95'), ['payment', 'orders']);
    assert.deepEqual(order('errors'), ['orders', 'payment']);
    assert.deepEqual(order('name'), ['orders', 'payment']);
  });

  it('sorts operations the same way', () => {
    const [orders] = SERVICES;
    assert.deepEqual(names(operationNodes(orders!, 'totalTime')), ['POST /b', 'GET /a']);
    assert.deepEqual(names(operationNodes(orders!, 'p95')), ['GET /a', 'POST /b']);
    assert.deepEqual(names(operationNodes(orders!, 'errors')), ['POST /b', 'GET /a']);
    assert.deepEqual(names(operationNodes(orders!, 'name')), ['GET /a', 'POST /b']);
  });

  it('filters by all words of service, name and kind', () => {
    const [found, ...rest] = serviceNodes(SERVICES, 'name', 'ORDERS post');
    assert.equal(rest.length, 0);
    assert.ok(found?.kind === 'service');
    assert.deepEqual(names(operationNodes(found.service, 'name')), ['POST /b']);
    assert.deepEqual(serviceNodes(SERVICES, 'name', 'nothing'), []);
  });

  it('stops at five hundred operations and says how many are left', () => {
    const operations = Array.from({ length: 700 }, (_, i) => operation(`op ${i}`, i, i));
    const nodes = operationNodes({ service: 'big', operations }, 'totalTime');
    assert.equal(nodes.length, 501);
    assert.equal(names(nodes).at(-1), '200 more');
    assert.equal(names(nodes)[0], 'op 699');
  });

  it('puts the number first, where a narrow view cuts it last', () => {
    const row = (words: string): string => {
      const { label, description } = operationRow('POST /orders', words);
      return `${label} | ${description}`;
    };
    assert.equal(row('p95 48\u202fms · 1.2k · 0.4\u202f% err'), '48\u202fms  POST /orders | 1.2k · 0.4\u202f% err');
    assert.equal(row('≈ p95 1.84\u202fs · 62'), '≈ 1.84\u202fs  POST /orders | 62');
    assert.equal(row('3 calls · max 2\u202fmin\u00a05\u202fs'), 'max 2\u202fmin\u00a05\u202fs  POST /orders | 3 calls');
    assert.equal(row('p99 12.4\u202fµs · 7'), 'p99 12.4\u202fµs  POST /orders | 7');
    assert.equal(row('3 calls'), 'POST /orders | 3 calls');
  });
});
