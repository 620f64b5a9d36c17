import assert from 'node:assert/strict';
import { dataPrepperDialect } from '../../../../../src/traces/backends/openSearch/dataPrepperDialect';
import { conditionClause } from '../../../../../src/traces/backends/searchEngine/conditionClauses';
import { FieldCatalog } from '../../../../../src/traces/backends/searchEngine/fieldCatalog';
import { testedOnTraces } from '../../../../../src/traces/backends/searchEngine/testedOnTraces';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';

function fields(types: Readonly<Record<string, readonly string[]>>): FieldCatalog {
  const entries = Object.entries(types).map(([name, all]) => [name, Object.fromEntries(all.map((type) => [type, {}]))]);
  return new FieldCatalog({ fields: Object.fromEntries(entries) as object });
}

const MIXED = fields({
  'span.attributes.http@status_code': ['keyword'],
  'attributes.http.status_code': ['long'],
  'attributes.port': ['long', 'keyword'],
  'attributes.note': ['text'],
  'attributes.note.keyword': ['keyword'],
  'attributes.free': ['text'],
  'attributes.map': ['object'],
  'attributes.map.inner': ['keyword', 'unmapped'],
  'resource.attributes': ['flat_object'],
  'span.attributes.route': ['keyword'],
});

describe('The fields of an index', () => {
  it('are asked for as wholes, where all indices agree on their type', () => {
    assert.deepEqual(MIXED.indexed('attributes.note', false), {
      name: 'attributes.note.keyword',
      type: 'keyword',
      isCut: true,
    });
    assert.equal(MIXED.indexed('attributes.map.inner', false)?.type, 'keyword');
    for (const name of ['attributes.port', 'attributes.free', 'attributes.map', 'attributes.none']) {
      assert.equal(MIXED.indexed(name, false), undefined, name);
    }
    assert.ok(MIXED.isUnsure('attributes.port') && MIXED.isUnsure('attributes.map'));
    assert.ok(MIXED.isUnsure('resource.attributes.any.thing'));
    assert.ok(!MIXED.isUnsure('attributes.none') && !MIXED.isUnsure('attributes.note'));
  });

  it('are none where the answer is of another shape', () => {
    for (const answer of [undefined, null, [], 'x', { fields: [] }, { fields: { a: null } }]) {
      assert.deepEqual([...new FieldCatalog(answer).below('')], []);
    }
  });

  it('name attributes in both of Data Prepper’s formats, without subfields', () => {
    assert.deepEqual(dataPrepperDialect.schema(MIXED).shapes[0]!.attributeNames(), [
      'span.http.status_code',
      'span.map.inner',
      'span.note',
      'span.route',
    ]);
  });
});

describe('Conditions', () => {
  const schema = dataPrepperDialect.schema(MIXED);

  function clauseOf(condition: string, anySemconv = false): unknown {
    const [group] = prepareSearch({ text: `{ ${condition} }` }).pushdown.groups;
    return conditionClause(schema, schema.shapes[0]!, group![0]!, anySemconv);
  }

  it('become clauses on every field that may hold the attribute', () => {
    assert.deepEqual(clauseOf('span.http.status_code = 500'), {
      bool: {
        should: [
          { terms: { 'span.attributes.http@status_code': ['500', '500.0'] } },
          { term: { 'attributes.http.status_code': 500 } },
        ],
        minimum_should_match: 1,
      },
    });
  });

  it('ask texts only whether they are there where an order is meant', () => {
    assert.deepEqual(clauseOf('span.http.status_code >= 500'), {
      bool: {
        should: [
          { exists: { field: 'span.attributes.http@status_code' } },
          { range: { 'attributes.http.status_code': { gte: 500 } } },
        ],
        minimum_should_match: 1,
      },
    });
  });

  it('are not asked where long texts, unlike types or unknown fields would hide spans', () => {
    for (const condition of [
      'span.note != nil',
      'span.note =~ "a.*"',
      `span.note = "${'x'.repeat(300)}"`,
      'span.port = 5',
      'span.map != nil',
      'resource.host.name = "a"',
      '.route = "a"',
      'event.x = 1',
      'resource.service.name = ""',
    ]) {
      assert.equal(clauseOf(condition), undefined, condition);
    }
  });

  it('find nothing where no span has the attribute, and leave nothing out where it has to be missing', () => {
    assert.deepEqual(clauseOf('span.nowhere = 1'), { match_none: {} });
    assert.deepEqual(clauseOf('span.nowhere = nil'), { bool: { must_not: [] } });
    assert.deepEqual(clauseOf('span.note = nil'), {
      bool: { must_not: [{ exists: { field: 'attributes.note.keyword' } }] },
    });
  });

  it('ask for patterns as the terms and wildcards that they are', () => {
    assert.deepEqual(clauseOf('span.route =~ "/a|/b"'), { terms: { 'span.attributes.route': ['/a', '/b'] } });
    assert.deepEqual(clauseOf('span.route =~ "/a.*"'), { wildcard: { 'span.attributes.route': { value: '/a*' } } });
    assert.deepEqual(clauseOf('span.route =~ "[ab]"'), { exists: { field: 'span.attributes.route' } });
  });

  it('take other names of an attribute where these count as well', () => {
    const clause = JSON.stringify(clauseOf('span.http.response.status_code = 200', true));
    assert.match(clause, /http@status_code/);
    assert.deepEqual(clauseOf('span.http.response.status_code = 200'), { match_none: {} });
  });

  it('are named where they are tested on the traces instead', () => {
    const tested = (text: string) => testedOnTraces('logs', schema, prepareSearch({ text }), false);
    for (const text of ['{ status = error }', '{ span.route = "/a" && duration > 2s }', '{}']) {
      assert.equal(tested(text), undefined, text);
    }
    assert.match(tested('{ span.route = "/a" && span.port = 5 }') ?? '', /all of span\.port = 5: Spanlight tests it/);
    assert.match(tested('{ span.note != nil && status = error }') ?? '', /span\.note != nil/);
    assert.match(tested('{ status = error } >> { kind = server }') ?? '', /how their spans belong together/);
    assert.match(tested('{ event.x = 1 }') ?? '', /cannot be asked for any of this/);
  });
});
