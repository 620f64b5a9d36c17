import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Trace } from '../../../../src/model/trace';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { BatchTraces } from '../../../../src/traces/batchTraces';
import { evaluateMetrics } from '../../../../src/traces/traceql/metrics/evaluateMetrics';
import { evaluateTraces } from '../../../../src/traces/traceql/evaluate/evaluateTraces';
import { parseTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';

const FIXTURES = path.join(__dirname, '../../../fixtures/tempo');

/** One query as it was asked of Tempo, with what it said. */
interface Row {
  readonly query: string;
  readonly status: number;
  readonly traces?: readonly { readonly traceId: string; readonly spanIds: readonly string[] }[];
  readonly series?: readonly { readonly labels: Readonly<Record<string, unknown>>; readonly value: number }[];
  /** A quirk of the build that was recorded: not to be copied. */
  readonly soft?: boolean;
}

const rows = JSON.parse(readFileSync(path.join(FIXTURES, 'traceql.json'), 'utf8')) as Row[];

/** Tempo rounds durations to powers of two before it takes quantiles. */
function isNear(query: string, ours: number, theirs: number): boolean {
  if (/quantile|histogram/.test(query)) return ours === theirs || Math.max(ours / theirs, theirs / ours) < 2.01;
  return Math.abs(ours - theirs) <= 1e-6 * Math.max(Math.abs(ours), Math.abs(theirs));
}

function labelText(labels: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(labels).filter(([name]) => name !== '__name__');
  return entries
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(' ');
}

/** As recorded from a real Tempo 3.1. */
describe('TraceQL as Tempo answers it', () => {
  let traces: readonly Trace[];
  before(async () => {
    traces = [...new BatchTraces([(await readTraceFile(path.join(FIXTURES, 'sent.otlp.json'))).batch])];
  });

  for (const row of rows.filter(({ soft }) => soft !== true)) {
    it(row.query, async () => {
      const { query, error } = parseTraceQl(row.query);
      if (row.status !== 200) {
        assert.ok(error, 'Tempo refuses it');
        assert.ok(error.range.from >= 0 && error.range.to <= row.query.length);
        assert.ok(error.cure);
        return;
      }
      assert.ok(query, error?.describe());
      if (row.series === undefined) {
        const found = new Map<string, string[]>();
        for await (const { trace, spanIds } of evaluateTraces(query, traces)) found.set(trace.id, [...spanIds].sort());
        const expected = row.traces!.map(({ traceId, spanIds }) => [traceId, [...spanIds].sort()] as const);
        assert.deepEqual(found, new Map(expected));
        return;
      }
      assert.ok(query.kind === 'metrics');
      const series = await evaluateMetrics(query.expression, traces);
      const ours = new Map(series.map(({ labels, value }) => [labelText(labels), value]));
      assert.deepEqual([...ours.keys()].sort(), row.series.map(({ labels }) => labelText(labels)).sort());
      // A rate is by the length of the time that was asked for, which the answer does not tell.
      if (row.query.includes('rate(')) return;
      for (const { labels, value } of row.series) {
        const own = ours.get(labelText(labels))!;
        assert.ok(isNear(row.query, own, value), `${labelText(labels)}: ${own}, Tempo ${value}`);
      }
    });
  }
});
