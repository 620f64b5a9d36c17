import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CliBundle } from '../../support/cliBundle';
import { encodeJson, encodeProtobuf, testSpanId, testTraceId } from '../../support/otlpSpans';

/** Builds the command line as the package does and runs it: nothing but standard output and error is looked at. */
describe('spanlight query', () => {
  let cli: CliBundle;
  const root = { traceId: testTraceId(1), spanId: testSpanId(1), name: 'GET /\u001b[2J' };

  before(function () {
    this.timeout(60_000);
    cli = new CliBundle();
    const child = { traceId: testTraceId(1), spanId: testSpanId(2), parentSpanId: testSpanId(1), name: 'pay' };
    const attributes = { 'http.status_code': 503 };
    cli.write('one.json', encodeJson({ service: 'shop', spans: [root] }));
    cli.write('two.pb', encodeProtobuf({ service: 'mail', spans: [{ ...child, attributes }] }));
  });
  after(() => cli.remove());

  function query(...args: string[]) {
    return spawnSync(process.execPath, [cli.script, 'query', ...args], { encoding: 'utf8', cwd: cli.folder });
  }

  it('finds spans of a trace that lies in two files', () => {
    const { stdout, status } = query('{ name =~ "GET.*" } > { }', 'one.json', 'two.pb', '--format', 'json');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), { traces: [{ traceId: testTraceId(1), spanIds: [testSpanId(2)] }] });
    const text = query('{ }', 'one.json', 'two.pb').stdout;
    assert.match(text, /pay\n1 trace, 2 spans\n$/);
    assert.ok(!text.includes('\u001b'), 'nothing that steers the terminal');
  });

  it('counts a span once that is in several files, in whichever format', () => {
    const child = { traceId: testTraceId(1), spanId: testSpanId(2), parentSpanId: testSpanId(1), name: 'pay' };
    const span = { ...child, attributes: { 'http.status_code': 503 } };
    cli.write('two.json', encodeJson({ service: 'mail', spans: [span, { ...root, name: 'other' }] }));
    const { stdout, stderr } = query('{ }', 'one.json', 'two.pb', 'two.json', 'one.json');
    assert.match(stdout, /\n1 trace, 3 spans\n$/);
    assert.equal(stderr, 'spanlight query: 2 spans are repeated and counted once\n');
    const counted = query('{ } | count_over_time()', 'two.pb', 'two.json');
    assert.match(counted.stdout, /^\{.*\} 2\n$/);
    assert.equal(counted.stderr, 'spanlight query: 1 span is there twice and counted once\n');
  });

  it('compares numbers that VictoriaTraces wrote as texts, and nobody else', () => {
    const tag = (key: string, value: string | number, type = 'string') => ({ key, type, value });
    const trace = (id: number, ...tags: object[]) => ({
      traceID: testTraceId(id),
      processes: { p1: { serviceName: 'shop', tags: [tag('process.pid', '7')] } },
      spans: [{ traceID: testTraceId(id), spanID: testSpanId(1), operationName: 'a', processID: 'p1', tags }],
    });
    const answer = (...traces: object[]) => JSON.stringify({ data: traces });
    const texts = [tag('http.status_code', '503'), tag('cached', 'true'), tag('size', '1.5')];
    cli.write('victoria.json', answer(trace(1, ...texts, tag('error', 'unset')), trace(2, ...texts)));
    cli.write('texts.json', answer(trace(3, ...texts, tag('error', 'true'))));
    cli.write('typed.json', answer(trace(1, tag('error', 'unset'), tag('size', '9')), trace(4, tag('n', 1, 'int64'))));
    const asked =
      '{ span.http.status_code >= 500 && span.cached = true && resource.process.pid < 8 && span.size + 1 = 2.5 }';
    const ids = (...files: string[]) =>
      (JSON.parse(query(asked, ...files, '--format=json').stdout) as { traces: { traceId: string }[] }).traces.map(
        ({ traceId }) => traceId,
      );
    assert.deepEqual(ids('victoria.json', 'texts.json'), [testTraceId(1), testTraceId(2)]);
    // A trace of which spans are in a file that has numbers as well is read as it is written.
    assert.deepEqual(ids('victoria.json', 'typed.json'), [testTraceId(2)]);
    assert.match(query('{ } | sum_over_time(span.size)', 'victoria.json').stdout, /\} 3\n$/);
    assert.match(query('{ } | avg(span.size) > 1', 'victoria.json').stdout, /\n2 traces, 2 spans\n$/);
    assert.match(query('{ span.cached = "true" }', 'victoria.json').stdout, /\n2 traces, 2 spans\n$/);
    assert.match(
      query('{ }', 'victoria.json').stderr,
      /^spanlight query: victoria\.json: its attributes are all texts/,
    );
    assert.equal(query('{ }', 'texts.json', 'typed.json').stderr, '');
  });

  it('makes series of a metrics query', () => {
    const args = ['{ } | count_over_time() by (resource.service.name)', 'one.json', 'two.pb'];
    assert.deepEqual(JSON.parse(query(...args, '--format=json').stdout), {
      series: [
        { labels: { 'resource.service.name': 'shop' }, value: 1 },
        { labels: { 'resource.service.name': 'mail' }, value: 1 },
      ],
    });
    assert.match(query(...args).stdout, /^\{resource\.service\.name="shop"\} 1\n/);
  });

  it('takes a query that begins with a sign for a query, wherever options stand', () => {
    const { stdout, status } = query('--format', 'json', '-1 - ({ } | count_over_time())', 'one.json');
    assert.equal(status, 0);
    assert.deepEqual(
      (JSON.parse(stdout) as { series: { value: number }[] }).series.map(({ value }) => value),
      [-2],
    );
  });

  it('says what of a file is not in the answer', () => {
    cli.write('cut.jsonl', `${encodeJson({ service: 'shop', spans: [root] })}\n{"resourceSpans": [`);
    const { stdout, stderr, status } = query('{ }', 'cut.jsonl');
    assert.equal(status, 0);
    assert.match(stdout, /1 trace, 1 span\n$/);
    assert.match(stderr, /^spanlight query: cut\.jsonl: 1 line is no JSON and left out\n$/);
  });

  it('keeps to the names as written unless it is told otherwise', () => {
    const text = '{ span.http.response.status_code >= 500 }';
    const traces = (...args: string[]) =>
      (JSON.parse(query(text, 'two.pb', '--format', 'json', ...args).stdout) as { traces: unknown[] }).traces.length;
    assert.deepEqual([traces(), traces('--any-semconv')], [0, 1]);
  });

  it('ends with 2 and one line that has the column for what it cannot read', () => {
    const { stdout, stderr, status } = query('{ name = }', 'one.json');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^spanlight query: TraceQL, column 10: [^\n]*\n$/);
    // Columns count characters, also those that are two units of UTF-16.
    const columns = ['{ name = "é😀" && }', '{ span."👩‍🚀" = }'].map(
      (text) => /^spanlight query: TraceQL, column (\d+): /.exec(query(text, 'one.json', 'two.pb').stderr)?.[1],
    );
    assert.deepEqual(columns, ['18', '16']);
    for (const args of [
      ['{ }'],
      [],
      ['{ }', 'gone.json'],
      ['{ }', 'one.json', '--format', 'xml'],
      ['{ }', '--nosuch'],
    ]) {
      const wrong = query(...args);
      assert.equal(wrong.status, 2, args.join(' '));
      assert.match(wrong.stderr, /^spanlight query: [^\n]*\n$/);
    }
    assert.match(query('--help').stdout, /^spanlight query '<TraceQL>'/);
  });
});
