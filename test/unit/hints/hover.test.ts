import assert from 'node:assert/strict';
import { line0 } from '../../../src/base/positions';
import { distributionChart } from '../../../src/hints/hover/distributionChart';
import { nothingHover, nothingSentence, type NothingReason } from '../../../src/hints/hover/nothingHover';
import { operationHover } from '../../../src/hints/hover/operationHover';
import { formatAgo, formatRate } from '../../../src/hints/text';
import type { HoverSection, TextSpan, ThemeKind } from '../../../src/model/hover';
import type { OperationId } from '../../../src/model/operation';
import { madeKey, madeLocation, madeStats, plainSpaces, SETTINGS, spread } from './madeStats';

const THEMES: readonly ThemeKind[] = ['light', 'dark', 'highContrast', 'highContrastLight'];

function text(row: readonly TextSpan[]): string {
  return plainSpaces(row.map((span) => span.text).join(''));
}

function lines(sections: readonly HoverSection[]): string[] {
  return sections.flatMap((section) => section.rows.map(text));
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r, g, bl] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('distribution chart', () => {
  const stats = madeStats(madeKey('POST /orders'), [...spread(900, 5, 20), ...spread(300, 30, 4000)], { errors: 12 });

  it('draws bars, failed ones in red, percentiles and an axis for every kind of theme', () => {
    const failed: Record<ThemeKind, string> = {
      light: '#e51400',
      dark: '#f14c4c',
      highContrast: '#ff7b72',
      highContrastLight: '#b5200d',
    };
    for (const theme of THEMES) {
      const { svg, alt } = distributionChart(stats, [50, 95, 99], theme)!;
      assert.ok(svg.startsWith('<svg ') && svg.endsWith('</svg>'));
      assert.ok(svg.includes(failed[theme]), theme);
      for (const mark of ['p50 ', 'p95 ', 'p99 ']) assert.ok(svg.includes(mark), `${theme} ${mark}`);
      assert.ok(svg.includes('10\u202fms') && svg.includes('1\u202fs'), 'ticks at powers of ten');
      assert.match(alt, /^Distribution of durations of POST \/orders: 1\.2k calls from 5 ms to 4 s, p50 .*12 failed$/);
      assert.ok(!/NaN|Infinity|undefined/.test(svg));
    }
  });

  it('can be read on the background of its theme', () => {
    const background: Record<ThemeKind, string> = {
      light: '#f8f8f8',
      dark: '#202020',
      highContrast: '#000000',
      highContrastLight: '#ffffff',
    };
    for (const theme of THEMES) {
      const { svg } = distributionChart(stats, [50, 95], theme)!;
      const colours = new Set([...svg.matchAll(/fill="(#[0-9a-f]{6})"/g)].map((match) => match[1]!));
      for (const colour of colours) assert.ok(contrast(colour, background[theme]) >= 3, `${theme} ${colour}`);
    }
  });

  it('counts every call in some bar, also when all took the same time', () => {
    for (const durations of [[12], spread(50, 12, 12), [0, 0, 0], [0.000001, 3_600_000]]) {
      const { svg } = distributionChart(madeStats(madeKey('x'), durations), [50], 'dark')!;
      assert.ok(svg.includes('<rect'), String(durations.slice(0, 3)));
      assert.ok(!/NaN|Infinity/.test(svg));
    }
  });

  it('is absent without calls', () => {
    assert.equal(distributionChart(madeStats(madeKey('x'), []), [50], 'dark'), undefined);
  });

  it('keeps hostile names from being markup', () => {
    const name = `</title><script>alert(1)</script>\u0000\ud800 & "${'x'.repeat(1_000_000)}`;
    const { svg } = distributionChart(madeStats(madeKey(name), [1, 2, 3]), [50], 'dark')!;
    assert.ok(!svg.includes('<script'));
    assert.ok(svg.length < 10_000);
    assert.doesNotMatch(svg, /\p{Control}|\p{Surrogate}/u);
  });

  it('puts labels that would overlap on rows of their own', () => {
    const { svg } = distributionChart(madeStats(madeKey('x'), spread(200, 10, 10.4)), [50, 95, 99], 'dark')!;
    const rows = [...svg.matchAll(/y="([\d.]+)" text-anchor="\w+">p\d\d/g)].map((match) => match[1]);
    assert.equal(new Set(rows).size, 3);
  });
});

describe('hover of an operation', () => {
  const location = madeLocation(3);
  const stats = madeStats(madeKey('POST /orders'), [...spread(1199, 10, 50), ...spread(5, 4100, 4200)], {
    errors: 5,
    message: 'card processor unavailable',
  });
  const surroundings = {
    spentIn: [
      { label: 'POST payment-api', callsPerCall: 1, share: 0.71 },
      { label: 'SELECT items', callsPerCall: 12, share: 0.19 },
      { label: 'noise', callsPerCall: 1, share: 0.001 },
    ],
    ownShare: 0.1,
    calledBy: [
      { label: 'api-gateway POST /orders', share: 0.98 },
      { label: 'retry job', share: 0.02 },
    ],
  };

  it('says who, how long, how often, where the time goes, who calls, and why here', () => {
    const sections = operationHover([{ stats, location }], surroundings, SETTINGS, 'dark');
    const rows = lines(sections);
    assert.equal(rows[0], 'POST /orders  orders-api · server · last 15 min');
    assert.match(
      rows[1]!,
      /^p50 30 ms {3}p95 \d+ ms {3}p99 [\d.]+ ms {3}max 4\.2 s {3}1,204 calls \(1\.3\/s\) {3}5 failed \(0\.4 %\)$/,
    );
    assert.equal(rows[2], 'Where the time goes  POST payment-api 71 %  ·  SELECT items ×12 19 %  ·  own code 10 %');
    assert.equal(rows[3], 'Called by  api-gateway POST /orders (98 %), retry job (2 %)');
    assert.equal(rows[4], 'Open  slowest 4.2 s · typical 10 ms · failed “card processor unavailable” · all traces');
    assert.equal(rows[5], 'Why here  route POST /orders → OrderController.create (0.92) · not this code');
    assert.ok(sections[1]!.chart!.svg.includes('<svg'));
  });

  it('links the traces', () => {
    const open = operationHover([{ stats, location }], undefined, SETTINGS, 'dark')[1]!.rows[1]!;
    assert.deepEqual(
      open.flatMap((span) => (span.link === undefined ? [] : [span.link.kind])),
      ['openTrace', 'openTrace', 'openTrace', 'searchTraces'],
    );
  });

  it('lists the other operations of the function, each with a link', () => {
    const other = { stats: madeStats(madeKey('retry'), [5, 6]), location };
    const rows = lines(operationHover([{ stats, location }, other], undefined, SETTINGS, 'light'));
    assert.equal(rows.at(-1), 'retry  server  2 calls · max 6 ms  slowest');
  });

  it('says when numbers are estimates', () => {
    const sampled = madeStats(madeKey('x'), spread(30, 1, 2), { exact: false });
    const rows = lines(operationHover([{ stats: sampled, location }], undefined, SETTINGS, 'dark'));
    assert.ok(rows.some((row) => row.startsWith('≈ Estimated from 30 calls')));
    assert.ok(rows.some((row) => row.includes('30 calls (in the sample)')));
  });
});

describe('hover where nothing is shown', () => {
  const place = { label: 'users.legacy.ts:40', uri: 'file:///w/users.legacy.ts', line: line0(39) };
  const reasons: readonly NothingReason[] = [
    { kind: 'indexing', done: 120, total: 400 },
    { kind: 'ambiguous', operation: 'GET /users/:id', id: 'op' as OperationId, here: place, others: [place] },
    {
      kind: 'lowConfidence',
      operation: 'GET /x',
      id: 'op' as OperationId,
      here: place,
      confidence: 0.5,
      evidence: 'route GET /x',
    },
    { kind: 'mappedElsewhere', operation: 'GET /x', place },
    { kind: 'outsideWindow', operation: 'GET /x', windowMinutes: 15, lastCallAgoMs: 40 * 60_000 },
    { kind: 'receiverOff' },
    { kind: 'readingCancelled' },
    { kind: 'outsideWorkspace' },
    { kind: 'notRead', file: 'src/x.js', why: 'larger than 1 MB (5.2 MB)' },
    { kind: 'receiverFailed', reason: 'Port 4318 is taken.' },
    { kind: 'noSpans', url: 'http://127.0.0.1:4318' },
    { kind: 'serviceUnknown', services: ['a', 'b', 'c', 'd'] },
    { kind: 'serviceSilent', service: 'orders-api', windowMinutes: 15 },
    { kind: 'notCalled', service: 'orders-api', unplaced: 3 },
    { kind: 'notCalled', service: 'orders-api', unplaced: 0, sampled: 'Tempo keeps one in ten' },
  ];

  it('gives one sentence for every reason, and a cure wherever there is one', () => {
    for (const reason of reasons) {
      const rows = nothingHover('create', reason)[0]!.rows;
      assert.equal(rows.length, 2);
      const sentence = rows[1]![0]!.text;
      assert.match(sentence, /^.{20,}[.)]/, reason.kind);
      assert.equal(sentence, nothingSentence(reason));
      const links = rows[1]!.filter((span) => span.link !== undefined);
      const waits = reason.kind === 'indexing' || reason.kind === 'outsideWorkspace';
      assert.equal(links.length > 0, !waits, reason.kind);
    }
  });

  it('offers both places of an ambiguity', () => {
    const row = nothingHover('create', reasons[1]!)[0]!.rows[1]!;
    assert.ok(text(row).startsWith('Two places answer GET /users/:id: this one and users.legacy.ts:40.'));
    assert.deepEqual(row.find((span) => span.link?.kind === 'openLocation')!.link, {
      kind: 'openLocation',
      uri: place.uri,
      line: place.line,
    });
  });

  it('says how long ago the last call was', () => {
    assert.equal(
      nothingSentence(reasons[4]!),
      'No calls of GET /x in the last 15 minutes; the last one was 40 min ago.',
    );
  });
});

describe('rates and ages', () => {
  it('pick the unit that reads best', () => {
    assert.equal(formatRate(1204, 900_000), '1.3/s');
    assert.equal(formatRate(90_000, 900_000), '100/s');
    assert.equal(formatRate(30, 900_000), '2/min');
    assert.equal(formatRate(1, 900_000), '4/h');
    assert.equal(formatAgo(5_000), 'just now');
    assert.equal(formatAgo(3 * 3_600_000), '3 h ago');
  });
});
