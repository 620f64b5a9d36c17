import assert from 'node:assert/strict';
import agents from '../../../src/lint/coverage/agents.json';
import dotnet from '../../../src/lint/coverage/dotnet.json';
import go from '../../../src/lint/coverage/go.json';
import java from '../../../src/lint/coverage/java.json';
import node from '../../../src/lint/coverage/node.json';
import python from '../../../src/lint/coverage/python.json';
import { modulesThrough, transportOf } from '../../../src/lint/node/nodeTables';

const TABLES: Readonly<Record<string, object>> = { agents, dotnet, go, java, node, python };

/** The rows of every list of a table, each with its place; lists of plain names have none. */
function rowsOf(table: string): [place: string, row: object][] {
  return Object.entries(TABLES[table]!).flatMap(([list, rows]) =>
    (Array.isArray(rows) ? (rows as unknown[]) : []).flatMap((row, index): [string, object][] =>
      typeof row === 'object' && row !== null ? [[`${table}.json, ${list}[${index}]`, row]] : [],
    ),
  );
}

describe('lint: coverage tables', () => {
  for (const table of Object.keys(TABLES)) {
    it(`say of each row of ${table}.json where that can be read`, () => {
      const rows = rowsOf(table);
      assert.ok(rows.length > 10, `${rows.length} rows`);
      const without = rows.filter(
        ([, row]) => !('source' in row) || typeof row.source !== 'string' || row.source === '',
      );
      assert.deepEqual(
        without.map(([place]) => place),
        [],
      );
    });
  }

  it('know what clients of Node send through', () => {
    assert.deepEqual(['axios', 'node:https', 'cross-fetch', 'http2', 'lodash'].map(transportOf), [
      ...['http', 'http', 'http', 'http2', undefined],
    ]);
    const global = modulesThrough('undici');
    assert.ok(global.includes('ky') && !global.includes('got') && !global.includes('isomorphic-unfetch'));
  });
});
