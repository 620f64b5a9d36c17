import assert from 'node:assert/strict';
import { sameStatement, sqlTokens, tellsStatement } from '../../../../src/source/index/sqlTokens';

const of = (text: string): string => sqlTokens({ kind: 'literal', text }).join(' ');
const written = (...parts: string[]): string[] => sqlTokens({ kind: 'template', parts });

describe('statements of SQL, compared', () => {
  it('are the same whatever the values, the quotes, the case and the blanks', () => {
    const expected = 'select o . id , name from orders o where id = ?';
    for (const text of [
      'SELECT o.id, name FROM orders o WHERE id = $1',
      'select o.id,\n  "name"\nfrom `orders` o -- all\nwhere id = :id;',
      "SELECT o.id, [name] FROM Orders o /*traceparent='00-1'*/ WHERE id = 'O''Neil'",
      'SELECT o.id, name FROM orders o WHERE id = %(id)s',
      'SELECT o.id, name FROM orders o WHERE id = @id',
      'SELECT o.id, name FROM orders o WHERE id = -1'.replace('-1', '1.5e3'),
    ])
      assert.equal(of(text), expected, text);
  });

  it('have one value for a list of them, and one row for all rows', () => {
    assert.equal(of('SELECT a FROM t WHERE id IN (?, ?, ?)'), of('select a from t where id in ($1)'));
    assert.equal(of("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')"), of('INSERT INTO t (a, b) VALUES (?, ?)'));
  });

  it('keep casts, names with digits and what is no parameter', () => {
    assert.equal(of('SELECT a::text, t1.b2 FROM t1 WHERE c = ?'), 'select a : : text , t1 . b2 from t1 where c = ?');
  });

  it('fit a written one whose holes stand for anything', () => {
    const sent = sqlTokens({ kind: 'literal', text: 'SELECT a, b FROM orders WHERE c = ? ORDER BY d LIMIT ?' });
    assert.ok(sameStatement(written('SELECT ', ' FROM orders WHERE c = ? ORDER BY ', ' LIMIT 10'), sent));
    assert.ok(sameStatement(written('SELECT a, b FROM orders ', ''), sent));
    assert.ok(sameStatement(written("SELECT a, b FROM orders WHERE c = '", "' ORDER BY d LIMIT ?"), sent));
    assert.ok(!sameStatement(written('SELECT ', ' FROM users WHERE c = ?', ''), sent));
    assert.ok(!sameStatement(written('SELECT a, b FROM orders ', ' LIMIT ? OFFSET ?'), sent));
  });

  it('say nothing where they name no table', () => {
    for (const text of ['SELECT 1', 'BEGIN', 'COMMIT', 'SELECT now() + ?', ''])
      assert.ok(!tellsStatement(sqlTokens({ kind: 'literal', text })), text);
    assert.ok(tellsStatement(sqlTokens({ kind: 'literal', text: 'DELETE FROM orders' + ' WHERE a = 1' })));
  });
});
