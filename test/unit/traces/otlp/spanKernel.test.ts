import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { SpanKernel } from '../../../../src/traces/otlp/kernel/spanKernel';
import { OperationResolver } from '../../../../src/traces/otlp/operationResolver';
import { TracesDecoder } from '../../../../src/traces/otlp/tracesDecoder';
import { WireReader } from '../../../../src/traces/otlp/wire';
import { payload } from '../../../bench/support/payload';
import { plainByColumns, plainByProtobufjs } from '../../../support/otlpOracle';
import { encodeProtobuf, type TestSpan } from '../../../support/otlpSpans';

const FIXTURES = path.join(__dirname, '..', '..', '..', 'fixtures', 'otlp');

/** The decoder with the kernel and the one without, each with what it wrote. */
class Both {
  private readonly builders: SpanBatchBuilder[];
  private readonly decoders: TracesDecoder[];
  private compared = 0;

  constructor(operations = () => new OperationTable()) {
    this.builders = [operations(), operations()].map((table) => new SpanBatchBuilder(table));
    this.decoders = this.builders.map((builder, index) => new TracesDecoder(builder, index === 0 ? 0 : Infinity));
  }

  /** Decodes with both, and holds what came of it against each other; the columns stay. */
  decode(body: Uint8Array): void {
    const [kernel, plain] = this.decoders.map((decoder) => {
      try {
        return decoder.decode(body);
      } catch (error) {
        return String(error);
      }
    });
    assert.deepEqual(kernel, plain);
    const [{ operations, ...columns }, { operations: others, ...expected }] = this.builders.map((b) => b.view()) as [
      ReturnType<SpanBatchBuilder['view']>,
      ReturnType<SpanBatchBuilder['view']>,
    ];
    assert.deepEqual(columns, expected);
    assert.deepEqual([operations.size, operations.overflowed], [others.size, others.overflowed]);
    for (; this.compared < operations.size; this.compared++) {
      assert.deepEqual(operations.key(this.compared), others.key(this.compared));
    }
  }

  forget(): void {
    for (const builder of this.builders) builder.truncate(0);
  }
}

/** The usual attributes, and lengths around all limits of the usual form. */
function spansOfAllSizes(): TestSpan[] {
  const sizes = [0, 1, 7, 8, 9, 63, 64, 65, 125, 126, 127, 128, 129, 16_380, 16_390, 70_000];
  const sized = sizes.flatMap((size): TestSpan[] => [
    { name: 'n'.repeat(size), attributes: { 'http.route': 'r'.repeat(size), other: 1 } },
    { name: 'k', attributes: { ['k'.repeat(size)]: true, 'code.lineno': size } },
    { name: 's', status: { code: size % 2 === 0 ? 1 : 2, message: 'm'.repeat(size) } },
    { name: 'e', events: [{ name: 'e'.repeat(size) }], links: [] },
  ]);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key.${index}`, index]));
  const more: TestSpan[] = [
    { traceState: 'a=b' },
    { startNs: 0n, endNs: 0n },
    { kind: 'UNSPECIFIED', flags: 0x101 },
    { droppedAttributesCount: 1, droppedEventsCount: 200, droppedLinksCount: 70_000 },
    { attributes: many },
    { attributes: { 'code.lineno': -1, 'code.line.number': 2n ** 60n, uri: 0.5, method: false, class: null } },
  ];
  return [...sized, ...more];
}

describe('SpanKernel', () => {
  it('writes the same rows as the decoder in TypeScript, for realistic requests', () => {
    const both = new Both();
    const bodies = payload({ requests: 12, spansPerRequest: 300, locations: 500 });
    for (const body of [...bodies, ...bodies]) both.decode(body);
  });

  it('writes the same rows for whatever other languages send, cut anywhere and with any flipped byte', () => {
    for (const file of readdirSync(FIXTURES).filter((name) => name.endsWith('.bin'))) {
      const body = readFileSync(path.join(FIXTURES, file));
      const both = new Both();
      for (let at = 0; at < body.length; at++) {
        const mutant = new Uint8Array(body);
        mutant[at]! ^= 1 << ((at >> 1) % 8);
        both.decode(at % 2 === 0 ? mutant : body.subarray(0, at));
        both.forget();
      }
    }
  }).timeout(120_000);

  it('agrees with protobufjs on lengths around every limit', () => {
    const spans = spansOfAllSizes();
    const both = new Both();
    const builder = new SpanBatchBuilder(new OperationTable());
    const body = encodeProtobuf({ spans }, { spans: [...spans, ...spans] });
    both.decode(body);
    new TracesDecoder(builder, 0).decode(body);
    assert.deepEqual(plainByColumns(builder.seal()), plainByProtobufjs(body));
  });

  it('finds the operations that came another way', () => {
    const operations = new OperationTable();
    const builders = [new SpanBatchBuilder(operations), new SpanBatchBuilder(operations)];
    const plain = new TracesDecoder(builders[0]!, Infinity);
    const kernel = new TracesDecoder(builders[1]!, 0);
    const bodies = [
      ...payload({ requests: 6, spansPerRequest: 100, locations: 500 }),
      encodeProtobuf({ spans: spansOfAllSizes() }),
    ];
    for (const [index, body] of bodies.entries()) {
      const [first, second] = index % 2 === 0 ? [plain, kernel] : [kernel, plain];
      first.decode(body);
      const { size } = operations;
      second.decode(body);
      assert.equal(operations.size, size);
    }
    assert.deepEqual(builders[0]!.view(), builders[1]!.view());
  });

  it('takes more rows than its columns hold', () => {
    const both = new Both();
    both.decode(encodeProtobuf({ spans: Array.from({ length: 5000 }, (_, index) => ({ name: `n${index % 7}` })) }));
  });

  it('leaves bodies to the other decoder that do not fit', () => {
    const both = new Both();
    both.decode(
      encodeProtobuf({ spans: Array.from({ length: 20 }, () => ({ attributes: { a: 'x'.repeat(60_000) } })) }),
    );
  });

  it('keeps name and kind where the table of operations is full, also of those it knows', () => {
    const both = new Both(() => new OperationTable(3));
    const spans = Array.from({ length: 50 }, (_, index): TestSpan => ({ name: `operation ${index % 10}` }));
    for (let i = 0; i < 3; i++) both.decode(encodeProtobuf({ spans }));
  });

  it('leaves out spans whose identifying attributes are malformed, among others with and without their names', () => {
    for (const limit of [1, 5, 1000]) {
      const both = new Both(() => new OperationTable(limit));
      const spans = Array.from({ length: 300 }, (_, index): TestSpan => {
        const bad = index % 7 === 0 || index % 50 < 3;
        const route = bad ? 'broken' : `route ${index % 11}`;
        const name = 'n'.repeat((index * 37) % 300);
        return { name, attributes: { 'http.route': route, 'thread.id': index }, events: [{ name: `${index}` }] };
      });
      const body = encodeProtobuf({ spans });
      const broken = Buffer.from('broken');
      for (let at = body.indexOf(broken[0]!); at >= 0; at = body.indexOf(broken[0]!, at + 1)) {
        if (broken.equals(body.subarray(at, at + broken.length))) body[at - 1] = 9;
      }
      both.decode(body);
      both.decode(body);
    }
  });

  it('remembers no more operations than it has room for', () => {
    const both = new Both(() => new OperationTable(1));
    for (let i = 0; i < 15; i++) {
      const spans = Array.from({ length: 10_000 }, (_, index): TestSpan => ({ name: `operation ${index} ${i % 14}` }));
      both.decode(encodeProtobuf({ spans }));
      both.forget();
    }
  }).timeout(60_000);

  it('takes all spans of the usual form itself', () => {
    const scope = scopeSpans(payload({ requests: 1, spansPerRequest: 400, locations: 100 })[0]!);
    const operations = new OperationTable();
    const builder = new SpanBatchBuilder(operations);
    const kernel = SpanKernel.create(builder, new OperationResolver(operations, new WireReader(scope.bytes)))!;
    assert.equal(kernel.load(scope.bytes), true);
    const shared = { context: operations.context('s', 'c'), resource: 0, scope: 0, attributes: () => new Map() };
    const end = kernel.decode(scope.from, scope.to, shared, assert.ifError);
    assert.equal(end, scope.to);
    assert.ok(builder.count > 50);
  });
});

/** Where the spans of the first ScopeSpans lie in a request. */
function scopeSpans(bytes: Uint8Array): { bytes: Uint8Array; from: number; to: number } {
  const reader = new WireReader(bytes);
  const enter = (wanted: number): number => {
    for (;;) {
      const tag = reader.tag();
      if (tag === wanted) return reader.contentEnd();
      reader.skip(tag);
    }
  };
  enter(0x0a);
  const to = enter(0x12);
  const scopeEnd = enter(0x0a);
  return { bytes, from: scopeEnd, to };
}
