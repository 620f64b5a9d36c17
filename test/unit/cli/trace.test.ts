import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CliBundle } from '../../support/cliBundle';
import { encodeJson, encodeProtobuf, TEST_START, testSpanId, testTraceId } from '../../support/otlpSpans';

/** Builds the command line as the package does and runs it: nothing but standard output and error is looked at. */
describe('spanlight trace', () => {
  let cli: CliBundle;

  before(function () {
    this.timeout(60_000);
    cli = new CliBundle();
  });
  after(() => cli.remove());

  function spanlight(...args: string[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [cli.script, ...args], {
      encoding: 'utf8',
      cwd: cli.folder,
    });
    return { stdout, stderr, status };
  }
  const write = (name: string, content: string | Uint8Array): string => cli.write(name, content);

  it('prints the counts of one file as an object, of several as a list', () => {
    const one = write(
      'one.json',
      encodeJson({ service: 'shop', spans: [{ startNs: TEST_START, endNs: TEST_START + 7n, status: { code: 2 } }] }),
    );
    const two = write('two.pb', encodeProtobuf({ service: 'mail', spans: [{}, { parentSpanId: testSpanId(1) }] }));
    const single = spanlight('trace', one, '--format', 'json');
    assert.equal(single.status, 0);
    const answer = JSON.parse(single.stdout) as object;
    assert.deepEqual(answer, {
      file: 'one.json',
      format: 'otlp-json',
      traces: 1,
      spans: 1,
      services: ['shop'],
      errorSpans: 1,
      roots: 1,
      orphans: 0,
      maxDepth: 0,
      eventCount: 0,
      linkCount: 0,
      minStartNs: '1767225600000000000',
      maxEndNs: '1767225600000000007',
    });
    const both = spanlight('trace', '--format=json', one, two);
    assert.deepEqual(
      (JSON.parse(both.stdout) as { file: string; spans: number }[]).map((entry) => [entry.file, entry.spans]),
      [
        ['one.json', 1],
        ['two.pb', 2],
      ],
    );
  });

  it('prints a table for people', () => {
    const { stdout, status } = spanlight('trace', write('one.json', encodeJson({ service: 'shop', spans: [{}] })));
    assert.equal(status, 0);
    assert.match(stdout, /^one\.json\n {2}format +otlp-json\n(.*\n)* {2}services +shop\n/);
  });

  it('ends with 2 and one line for what is no trace file, and still reads the others', () => {
    const good = write('good.json', encodeJson({ spans: [{ traceId: testTraceId(3) }] }));
    const bad = write('bad.png', Buffer.from('89504e470d0a1a0a', 'hex'));
    const { stdout, stderr, status } = spanlight('trace', bad, good, '--format', 'json');
    assert.equal(status, 2);
    assert.equal((JSON.parse(stdout) as unknown[]).length, 1);
    assert.match(stderr, /^spanlight trace: bad\.png: [^\n]*\n$/);
    const gone = spanlight('trace', 'gone.json', '--format', 'json');
    assert.deepEqual([gone.status, gone.stdout], [2, '']);
    assert.match(gone.stderr, /^spanlight trace: gone\.json: There is no such file\.\n$/);
  });

  it('says in a sentence which option is wrong, and in another where to read on', () => {
    for (const command of ['map', 'trace', 'query', 'receive', 'lint']) {
      const unknown = spanlight(command, '--frmat');
      assert.equal(
        unknown.stderr,
        `spanlight ${command}: Unknown option '--frmat'. See spanlight ${command} --help.\n`,
      );
      assert.equal(unknown.status, 2);
    }
    const see = ' See spanlight trace --help.\n';
    assert.equal(
      spanlight('trace', '--format').stderr,
      `spanlight trace: Option '--format <value>' argument missing.${see}`,
    );
    const next = spanlight('trace', '--format', '--help').stderr;
    assert.equal(next, `spanlight trace: Option '--format' argument is ambiguous.${see}`);
    const extra = spanlight('receive', 'here').stderr;
    assert.equal(extra, "spanlight receive: Unexpected argument 'here'. See spanlight receive --help.\n");
  });

  it('lets no control character of a service or file name reach the terminal', () => {
    const service = 'shop\u001b[2J\u009b31m\n\u202eevil';
    const file = write('odd\u001b[1m\u0007.json', encodeJson({ service, spans: [{ traceId: 'abc' }] }));
    const { stdout, stderr, status } = spanlight('trace', file, 'gone\u001b.json');
    assert.equal(status, 2);
    assert.doesNotMatch(stdout + stderr, /\p{Cf}|(?!\n)\p{Cc}/u);
    assert.match(stdout, /^odd.\[1m.\.json\n(.*\n)* {2}services +shop.\[2J/);
    const plain = JSON.parse(spanlight('trace', file, '--format', 'json').stdout) as {
      file: string;
      services: string[];
    };
    assert.deepEqual([plain.file, plain.services], [file, [service]]);
  });

  it('reads the standard input', () => {
    for (const name of ['-', '/dev/stdin']) {
      const args = [cli.script, 'trace', name, '--format', 'json'];
      const { stdout } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        input: encodeJson({ spans: [{}, {}] }),
      });
      assert.equal((JSON.parse(stdout) as { spans: number }).spans, 2);
    }
  });

  it('names no place in what it can read only once', () => {
    const file = write('cut.json', '{"resourceSpans": [1 2]}');
    const place = /^spanlight trace: cut\.json: The JSON is broken at line 1, column 22: Expected/;
    assert.match(spanlight('trace', file).stderr, place);
    const input = '{"resourceSpans": [1 2]}';
    const { stderr } = spawnSync(process.execPath, [cli.script, 'trace', '-'], { encoding: 'utf8', input });
    assert.match(stderr, /^spanlight trace: -: The JSON is broken: Expected [^0-9]*\n$/);
  });

  it('tells of what it left out or mended, beside the counts', () => {
    const lines = `${encodeJson({ spans: [{ traceId: 'abc' }] })}\noops\n`;
    const { stdout, stderr, status } = spanlight('trace', write('lines.jsonl', lines), '--format', 'json');
    assert.equal(status, 0);
    const { badIds, badLines, spans } = JSON.parse(stdout) as Record<string, number>;
    assert.deepEqual([spans, badIds, badLines], [1, 1, 1]);
    assert.equal(stderr.trim().split('\n').length, 2);
  });

  it('has help for everything, a version, and one line for what it does not know', () => {
    assert.match(spanlight('--help').stdout, /map[^]*trace[^]*receive/);
    assert.equal(spanlight('--version').stdout, '1.2.3\n');
    for (const command of ['map', 'trace', 'receive']) {
      const { stdout, status } = spanlight(command, '--help');
      assert.equal(status, 0, command);
      assert.match(stdout, new RegExp(`^spanlight ${command} `));
    }
    for (const args of [
      [],
      ['frobnicate'],
      ['constructor'],
      ['trace'],
      ['trace', '--nonsense'],
      ['trace', 'x', '--format', 'xml'],
    ]) {
      const { stdout, stderr, status } = spanlight(...args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, /^spanlight[^\n]*\n$/);
    }
  });
});
