import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SpanBatch } from '../../../../src/model/spanBatch';
import { JsonParts } from '../../../../src/traces/files/jsonParts';
import { JsonSplitter } from '../../../../src/traces/files/jsonSplitter';
import { JsonTraceValues } from '../../../../src/traces/files/jsonTraceValues';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { ValuesByTrace } from '../../../../src/traces/files/valuesByTrace';

const FIXTURES = path.join(__dirname, '..', '..', '..', 'fixtures', 'files');

/** Every value that is larger than `largeBytes` is read in pieces, from chunks of `chunkBytes`. */
function readIn(text: string, chunkBytes: number, largeBytes: number): JsonTraceValues {
  const values = new JsonTraceValues();
  const splitter = new JsonSplitter(undefined, () => values.addLarge(), undefined, largeBytes);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    for (const value of splitter.push(bytes.subarray(at, at + chunkBytes))) values.add(value);
  }
  const rest = splitter.end();
  if (rest) values.add(rest);
  values.finish();
  return values;
}

function told(values: JsonTraceValues): unknown {
  const { format, spans, badValues, goodValues, firstFault } = values;
  if (spans.count === 0) return { badValues, goodValues, firstFault, why: values.noSpans('')?.message };
  const { batch, ...rest } = spans.finish(format);
  return { badValues, goodValues, ...rest, summary: summarizeTraces(batch) };
}

/** What a batch says beyond its summary: names and services of its spans. */
function names(batch: SpanBatch): string[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const { service, name, scope } = batch.operations.key(batch.operation[row]!);
    return `${service} ${scope} ${name}`;
  }).sort();
}

const span = (n: number): object => {
  return {
    traceId: '5'.repeat(32),
    spanId: n.toString(16).padStart(16, '0'),
    name: `op ${n}`,
    startTimeUnixNano: '17',
  };
};
const spans = [1, 2, 3].map(span);
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const scope = { name: 'tracer' };

describe('values read in pieces', () => {
  for (const file of readdirSync(FIXTURES).filter((name) => name !== 'expected.json')) {
    it(`say the same as read whole: ${file}`, () => {
      const text = readFileSync(path.join(FIXTURES, file), 'utf8');
      const whole = told(readIn(text, text.length, Infinity));
      for (const chunk of [7, 1000]) assert.deepEqual(told(readIn(text, chunk, 50)), whole);
    });
  }

  it('keep resource and scope, wherever they stand and whatever is around', () => {
    const values = [
      {
        resourceSpans: [
          {
            resource,
            scopeSpans: [
              { scope, spans },
              { scope, spans: [span(4)] },
            ],
          },
          { resource },
        ],
      },
      { resourceSpans: [{ scopeSpans: [{ spans, scope, schemaUrl: 'x' }], schemaUrl: 'y', resource }] },
      { batches: [{ resource, instrumentationLibrarySpans: [{ instrumentationLibrary: scope, spans }] }] },
      { result: { resource_spans: [{ resource, scope_spans: [{ scope, spans }] }] }, more: [1, { a: [] }] },
      { resource, scopeSpans: [{ scope, spans }] },
      { trace: { batches: [{ resource, scopeSpans: [{ spans, scope }] }] }, metrics: {} },
    ];
    for (const value of values) {
      const text = JSON.stringify(value);
      const whole = readIn(text, text.length, Infinity);
      const parts = readIn(text, 5, 10);
      assert.equal(parts.format, whole.format);
      const batches = [whole, parts].map((read) => read.spans.finish(read.format).batch);
      assert.deepEqual(names(batches[1]!), names(batches[0]!), text);
      assert.equal(names(batches[0]!)[0], 'shop tracer op 1');
    }
  });

  it('become objects a block at a time, also within one list', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => span(i + 1));
    const text = Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: many }] }] }));
    const sizes: number[] = [];
    let held = 0;
    const parts = new JsonParts((value) => {
      const [group] = (value as { resourceSpans: { resource: object; scopeSpans: { spans: object[] }[] }[] })
        .resourceSpans;
      assert.deepEqual(group!.resource, resource);
      sizes.push(group!.scopeSpans[0]!.spans.length);
    });
    for (let at = 0; at < text.length; at += 65_536) {
      parts.push(text.subarray(at, at + 65_536));
      held = Math.max(held, parts.retainedBytes);
    }
    parts.end();
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      20_000,
    );
    assert.ok(sizes.length > 5 && Math.max(...sizes) < 4_000, sizes.join());
    assert.ok(held < 10_000, `${held} bytes of frames`);
  });

  it('are broken where they end too early or are no JSON within', () => {
    const text = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
    for (const broken of [
      text.slice(0, -3),
      text.replace('"op 2"', '"op 2'),
      text.replace('"op 3"', 'op3'),
      `${text.slice(0, -3)}]}}`,
    ]) {
      const { badValues, firstFault } = readIn(broken, 11, 10);
      assert.equal(badValues, 1, broken);
      assert.notEqual(firstFault, '');
    }
  });

  it('do not hold more of an unknown object than can be parsed', () => {
    const splitter = new JsonSplitter(undefined, () => new JsonTraceValues().addLarge(), 1_000, 100);
    const chunk = Buffer.from(`{"a":"${'x'.repeat(600)}`);
    assert.deepEqual([...splitter.push(chunk)], []);
    assert.throws(() => [...splitter.push(chunk), ...splitter.push(chunk)], /more than JavaScript can hold/);
  });
});

describe('values by trace', () => {
  it('come as they were where they are few', () => {
    const values = new ValuesByTrace(({ t }) => String(t));
    for (const t of [3, 1, 2]) values.add({ t });
    assert.deepEqual([...values.groups()], [[{ t: 3 }, { t: 1 }, { t: 2 }]]);
  });

  it('come with all of their trace where they are many, and none is lost', () => {
    const values = new ValuesByTrace(({ t }) => String(t), 10);
    for (let i = 0; i < 1_005; i++) values.add({ t: i % 200, i });
    const groups = [...values.groups()];
    const home = new Map<unknown, number>();
    groups.forEach((group, at) => {
      for (const { t } of group) assert.equal(home.get(t) ?? at, at);
      for (const { t } of group) home.set(t, at);
    });
    const all = groups.flat().map(({ i }) => Number(i));
    assert.deepEqual(
      all.sort((a, b) => a - b),
      Array.from({ length: 1_005 }, (_, i) => i),
    );
  });
});
