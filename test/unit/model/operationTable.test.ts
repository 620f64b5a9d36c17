import assert from 'node:assert/strict';
import { NO_ATTRIBUTES, type Attributes } from '../../../src/model/attributes';
import type { OperationKey } from '../../../src/model/operation';
import { operationId, OperationTable } from '../../../src/model/operationTable';

const key = (name: string, attributes: Attributes = NO_ATTRIBUTES): OperationKey => ({
  service: 'orders',
  resource: NO_ATTRIBUTES,
  scope: 'app',
  kind: 'SERVER',
  name,
  attributes,
});

describe('OperationTable', () => {
  it('gives equal identities one number, whatever the order of attributes', () => {
    const table = new OperationTable();
    const first = table.intern(
      key(
        'a',
        new Map([
          ['http.route', '/a'],
          ['code.function', 'f'],
        ]),
      ),
    );
    const second = table.intern(
      key(
        'a',
        new Map([
          ['code.function', 'f'],
          ['http.route', '/a'],
        ]),
      ),
    );
    assert.equal(first, second);
    assert.notEqual(table.intern(key('b')), first);
    assert.equal(table.id(first), operationId(table.key(first)));
  });

  it('puts what is over the limit in one overflow row and counts it', () => {
    const table = new OperationTable(2);
    table.intern(key('a'));
    table.intern(key('b'));
    const overflow = table.intern(key('c'));
    assert.equal(table.intern(key('d')), overflow);
    assert.equal(table.isOverflow(overflow), true);
    assert.equal(table.isOverflow(table.intern(key('a'))), false);
    assert.equal(table.overflowed, 2);
  });
});
