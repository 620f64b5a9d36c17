import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const query = (language: string, text: string) =>
  operation('CLIENT', text.split(' ')[0]!, { 'db.system': 'postgresql', 'db.query.text': text }, { language });

/** Where a statement is in a project of one file. */
async function placeOf(file: string, code: string, language: string, sent: string): Promise<string> {
  let found = '';
  await withMapped({ [file]: code }, query, async (ask) => {
    found = await ask(language, sent);
  });
  return found;
}

describe('statements of SQL that are written out', () => {
  it('are found in every language, whatever the driver does with the values', async () => {
    const sent = 'SELECT id, total FROM orders WHERE customer = ? AND total > ?';
    const cases: readonly (readonly [file: string, language: string, code: string, place: string])[] = [
      [
        'a.js',
        'nodejs',
        "async function find(db, id) {\n  return db.query('SELECT id, total ' +\n    'FROM orders WHERE customer = $1 AND total > $2', [id, 5]);\n}\n",
        'a.js:2 find 0.75',
      ],
      [
        'a.ts',
        'nodejs',
        'export class Orders {\n  find(id: string) {\n    return this.db.query(`\n      SELECT id, total\n      FROM orders\n      WHERE customer = $1 AND total > 5`, [id]);\n  }\n}\n',
        'a.ts:3 Orders.find 0.75',
      ],
      [
        'a.py',
        'python',
        'def find(cursor, customer):\n    cursor.execute(\n        """\n        SELECT id, total FROM orders\n        WHERE customer = %s AND total > 5\n        """,\n        (customer,),\n    )\n',
        'a.py:3 find 0.75',
      ],
      [
        'a.go',
        'go',
        'package a\n\nfunc find(ctx context.Context, db *sql.DB) {\n\tdb.QueryContext(ctx, `SELECT id, total FROM orders\n\t\tWHERE customer = $1 AND total > $2`, 1, 2)\n}\n',
        'a.go:4 find 0.75',
      ],
      [
        'src/Orders.java',
        'java',
        'class Orders {\n  private static final String FIND =\n      "SELECT id, total FROM orders " + "WHERE customer = ? AND total > ?";\n\n  List<Order> find(long id) {\n    return jdbc.query(FIND, id, 5);\n  }\n}\n',
        'src/Orders.java:6 Orders.find 0.75',
      ],
      [
        'Orders.cs',
        'dotnet',
        'class Orders {\n  public Task Find(int id) =>\n    db.QueryAsync<Order>(@"SELECT id, total FROM orders WHERE customer = @id AND total > @least", new { id });\n}\n',
        'Orders.cs:3 Orders.Find 0.75',
      ],
    ];
    for (const [file, language, code, place] of cases) assert.equal(await placeOf(file, code, language, sent), place);
  });

  it('are found where pieces of them are put in at run time, if enough is certain', async () => {
    const code =
      'export async function list(db, columns, order) {\n  return db.query(`SELECT ${columns} FROM orders WHERE open = true ORDER BY ${order}`);\n}\n' +
      'export async function all(db, table) {\n  return db.query(`SELECT * FROM ${table}`);\n}\n';
    await withMapped({ 'a.js': code }, query, async (ask) => {
      const sent = 'SELECT id, total FROM orders WHERE open = true ORDER BY total DESC';
      assert.equal(await ask('nodejs', sent), 'a.js:2 list 0.72');
      assert.match(await ask('nodejs', 'SELECT * FROM invoices'), /^unmapped/);
    });
  });

  it('are not guessed between two places, and not found where an ORM made them', async () => {
    const one = (name: string) => `def ${name}(db):\n    return db.execute("SELECT id FROM orders WHERE open = 1")\n`;
    await withMapped({ 'a.py': one('first'), 'b.py': one('second') }, query, async (ask) => {
      assert.equal(await ask('python', 'SELECT id FROM orders WHERE open = ?'), 'ambiguous 2');
      assert.match(await ask('python', 'SELECT orders.id AS orders_id FROM orders'), /^unmapped/);
      assert.match(await ask('python', 'SELECT 1'), /^unmapped/);
    });
  });

  it('are one place where one function holds a statement twice', async () => {
    const code =
      'def retry(db):\n    db.execute("DELETE FROM orders WHERE id = 1")\n    db.execute("DELETE FROM orders WHERE id = 2")\n';
    await withMapped({ 'a.py': code }, query, async (ask) => {
      assert.equal(await ask('python', 'DELETE FROM orders WHERE id = ?'), 'a.py:2 retry 0.75');
    });
  });
});
