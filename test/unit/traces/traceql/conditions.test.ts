import assert from 'node:assert/strict';
import { TEST_START } from '../../../support/otlpSpans';
import { found, span, tracesOf } from './found';

const OTHER = { traceId: '000000000000000000000000000000aa', spanId: '00000000000000bb' };

const traces = tracesOf(
  {
    service: 'shop',
    resource: { region: 'eu', shared: 'of the resource', only: 7, version: '2' },
    scopeVersion: '1.2',
    spans: [
      span('a', undefined, {
        kind: 'SERVER',
        attributes: {
          count: 5,
          big: 9007199254740993n,
          ratio: 0.25,
          flag: true,
          text: 'GET /a',
          shared: 'of the span',
        },
        status: { code: 2, message: 'it "broke"' },
        endNs: TEST_START + 2_000_000_000n,
      }),
      span('b', 'a', {
        kind: 'CLIENT',
        attributes: { count: 0, flag: false, text: '', 'a b': 'spaced', 'q"q': 1, 'x=y': 'odd', list: ['a', 'b'] },
        status: { code: 1 },
      }),
      span('c', 'a', {
        attributes: { count: -3, list: ['a', 'a'], numbers: [1, 2, 3], map: { k: 'v' }, mixed: [1, 'x'], none: [] },
        events: [
          { name: 'retry', timeNs: TEST_START + 5n, attributes: { attempt: 1, why: 'slow' } },
          { name: 'retry', timeNs: TEST_START + 9_000_000n, attributes: { attempt: 2, why: 'lost' } },
        ],
        links: [{ ...OTHER, attributes: { kind: 'origin' } }],
      }),
    ],
  },
  { service: undefined, spans: [span('d', 'c', { attributes: { count: 2.5, text: 'line\nbreak' } })] },
);

/** Query and the spans it finds among a (root), b and c (its children), d (child of c, of no named service). */
const ROWS: readonly (readonly [query: string, found: string])[] = [
  // Missing attributes meet nothing but `= nil`.
  ['{ span.count != 5 }', 'bcd'],
  ['{ span.text != "GET /a" }', 'bd'],
  ['{ span.text !~ "GET.*" }', 'bd'],
  ['{ !(span.text = "GET /a") }', 'bcd'],
  ['{ span.text = nil }', 'c'],
  ['{ nil = span.text }', 'c'],
  ['{ span.text != nil }', 'abd'],
  ['{ span.map = nil }', 'abd'],
  ['{ span.map != nil }', ''],
  ['{ span.none != nil }', ''],
  ['{ nil = nil }', ''],
  // Numbers of all kinds compare with one another, and with nothing else.
  ['{ span.count = 5 }', 'a'],
  ['{ span.count = 5.0 }', 'a'],
  ['{ span.count > -4 }', 'abcd'],
  ['{ span.count >= -3 && span.count < 0 }', 'c'],
  ['{ -span.count = 3 }', 'c'],
  ['{ span.count = "5" }', ''],
  ['{ span.count > 2.4 }', 'ad'],
  ['{ span.big = 9007199254740993 }', 'a'],
  ['{ span.big = 9007199254740992 }', ''],
  ['{ span.big - 1 = 9007199254740992 }', 'a'],
  ['{ span.count / 2 = 2 }', 'a'],
  ['{ span.count / 2.0 = 2.5 }', 'a'],
  ['{ span.count / 0 = 0 }', 'd'.repeat(0)],
  ['{ span.count % 2 = 1 }', 'a'],
  ['{ span.count ^ 2 = 25 }', 'a'],
  ['{ 2 + 3 * 2 = 8 && span.count = 5 }', 'a'],
  ['{ 5 - 3 - 2 = 0 && name = "a" }', 'a'],
  ['{ 2 < 1h && name = "a" }', 'a'],
  ['{ duration > 1s + 999ms }', 'a'],
  ['{ duration = 1ms }', 'bcd'],
  ['{ duration * 2 = 2ms }', 'bcd'],
  ['{ span.count < maxInt && span.count > minInt }', 'abcd'],
  // Truth values, by themselves as well.
  ['{ span.flag }', 'a'],
  ['{ !span.flag }', 'b'],
  ['{ span.flag = false }', 'b'],
  ['{ span.flag || span.count = -3 }', 'ac'],
  // `&&` and `||` bind alike, from the left.
  ['{ name = "a" || name = "b" && name = "c" }', ''],
  ['{ name = "a" || (name = "b" && span.flag = false) }', 'ab'],
  // Texts.
  ['{ span.text = "" }', 'b'],
  ['{ span.text > "G" }', 'ad'],
  ['{ span.text = "line\\nbreak" }', 'd'],
  ['{ span.text =~ "line.break" }', 'd'],
  ['{ span.text =~ `GET /\\w` }', 'a'],
  ['{ span.text =~ "GET" }', ''],
  ['{ span.text =~ "(?i)get.*|line.*" }', 'ad'],
  ['{ statusMessage = "it \\"broke\\"" }', 'a'],
  ['{ statusMessage = `it "broke"` }', 'a'],
  // Names of attributes with anything in them.
  ['{ span."a b" = "spaced" }', 'b'],
  ['{ span."q\\"q" = 1 }', 'b'],
  ['{ ."x=y" = "odd" }', 'b'],
  // The span goes before the resource.
  ['{ .shared = "of the span" }', 'a'],
  ['{ .shared = "of the resource" }', 'bc'],
  ['{ resource.shared = "of the resource" }', 'abc'],
  ['{ .only = 7 }', 'abc'],
  ['{ span.only = 7 }', ''],
  ['{ resource.service.name = "shop" }', 'abc'],
  ['{ resource.service.name = "" }', 'd'],
  ['{ .region = resource.region }', 'abc'],
  // Lists: one element is enough for =, all count for !=; those that no condition asks for do not count.
  ['{ span.list = "a" }', 'bc'],
  ['{ span.list = "b" }', 'b'],
  ['{ span.list != "a" }', 'b'],
  ['{ span.list != "a" && span.list != "b" }', ''],
  ['{ span.list =~ "b|z" }', 'b'],
  ['{ "b" = span.list }', 'b'],
  ['{ span.numbers > 2 }', 'c'],
  ['{ 2 < span.numbers }', 'c'],
  ['{ span.numbers = 4 }', ''],
  ['{ span.mixed = "x" }', ''],
  // Built-in fields, with and without their scope.
  ['{ status = error }', 'a'],
  ['{ span:status != ok }', 'acd'],
  ['{ status = unset }', 'cd'],
  ['{ kind = server || span:kind = client }', 'ab'],
  ['{ .status = error }', ''],
  ['{ span:childCount = 2 }', 'a'],
  ['{ span:childCount = 0 }', 'bd'],
  ['{ nestedSetParent < 0 }', 'a'],
  ['{ nestedSetLeft = 1 }', 'a'],
  ['{ rootName = "a" && name = "d" }', 'd'],
  ['{ rootServiceName = "shop" }', 'abcd'],
  ['{ trace:rootService = "shop" && trace:duration >= 2s }', 'abcd'],
  ['{ trace:id = "1" }', 'abcd'],
  ['{ trace:id = "00000000000000000000000000000001" }', 'abcd'],
  ['{ span:id = "0000000000000003" }', 'c'],
  ['{ span:parentID = "0000000000000003" }', 'd'],
  ['{ instrumentation:version = "1.2" }', 'abc'],
  ['{ instrumentation:name = "test-scope" }', 'abcd'],
  // Conditions of one filter are about the same event.
  ['{ event:name = "retry" }', 'c'],
  ['{ event.attempt = 2 && event.why = "lost" }', 'c'],
  ['{ event.attempt = 1 && event.why = "lost" }', ''],
  ['{ event.attempt = 1 } && { event.why = "lost" }', 'c'],
  ['{ event:timeSinceStart > 1ms }', 'c'],
  ['{ event:timeSinceStart < 1us }', 'c'],
  ['{ event.why = nil }', 'abd'],
  ['{ event:name != "retry" }', ''],
  ['{ link.kind = "origin" && event.attempt = 1 }', 'c'],
  ['{ link:traceID = "000000000000000000000000000000aa" }', 'c'],
  ['{ link:spanID = "00000000000000bb" }', 'c'],
  ['{ link:traceID != "" }', 'c'],
  // Space and comments.
  ['\n{\tname="a"// the root\n||/* or */name="b"}', 'ab'],
  ['{}', 'abcd'],
  ['{ false }', ''],
  ['{ 1 > 2 }', ''],
];

describe('TraceQL conditions', () => {
  for (const [query, names] of ROWS) {
    it(query.replaceAll('\n', ' '), async () => assert.equal(await found(query, traces), names));
  }

  it('knows an attribute by its older and newer names where it is told to', async () => {
    const anySemconv = true;
    const old = tracesOf({
      service: 'shop',
      spans: [
        span('a', undefined, { attributes: { 'http.status_code': 500 } }),
        span('b', 'a', { attributes: { 'http.response.status_code': 500, 'http.status_code': 200 } }),
      ],
    });
    assert.equal(await found('{ span.http.response.status_code = 500 }', old), 'b');
    assert.equal(await found('{ span.http.response.status_code = 500 }', old, { anySemconv }), 'ab');
    assert.equal(await found('{ span.http.status_code = 500 }', old, { anySemconv }), 'a');
    assert.equal(await found('{ .http.response.status_code = nil }', old, { anySemconv }), '');
  });
});
