import type { Trace } from '../../../../src/model/trace';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { OperationTable } from '../../../../src/model/operationTable';
import { BatchTraces } from '../../../../src/traces/batchTraces';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { evaluateMetrics } from '../../../../src/traces/traceql/metrics/evaluateMetrics';
import { evaluateTraces } from '../../../../src/traces/traceql/evaluate/evaluateTraces';
import { requireTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';
import type { ReadOptions } from '../../../../src/traces/traceql/evaluate/spanReader';
import { encodeProtobuf, testSpanId, type TestSpan, type TestSpans } from '../../../support/otlpSpans';

/** A span named by a letter; its id is the letter's place in the alphabet. */
export function span(letter: string, parent: string | undefined, more: TestSpan = {}): TestSpan {
  const parents = parent === undefined ? {} : { parentSpanId: idOf(parent) };
  return { spanId: idOf(letter), name: letter, ...parents, ...more };
}

function idOf(letter: string): string {
  return testSpanId(letter.charCodeAt(0) - 96);
}

/** Spans as traces, through the decoder. */
export function tracesOf(...requests: readonly TestSpans[]): Trace[] {
  const builder = new SpanBatchBuilder(new OperationTable());
  for (const request of requests) decodeTracesProtobuf(encodeProtobuf(request), builder);
  return [...new BatchTraces([builder.seal()])];
}

/** The names of the spans that a query finds, sorted and joined; of one trace after the other. */
export async function found(query: string, traces: readonly Trace[], options?: ReadOptions): Promise<string> {
  const names: string[] = [];
  for await (const { trace, rows } of evaluateTraces(requireTraceQl(query), traces, options)) {
    names.push(...rows.map((row) => trace.names[trace.name[row]!]!));
  }
  return names.sort().join('');
}

/** The series of a metrics query, as `name=value … number` each. */
export async function series(query: string, traces: readonly Trace[]): Promise<string[]> {
  const parsed = requireTraceQl(query);
  if (parsed.kind !== 'metrics') throw new Error(`${query} is no metrics query`);
  const made = await evaluateMetrics(parsed.expression, traces);
  return made
    .map(
      ({ labels, value }) =>
        `${Object.entries(labels)
          .map(([name, label]) => `${name}=${String(label)}`)
          .join(' ')} ${value}`,
    )
    .sort();
}
