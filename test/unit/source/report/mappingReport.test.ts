import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { reportText } from '../../../../src/cli/mappingReportText';
import type { Mapping, UnmappedCode } from '../../../../src/model/location';
import type { OperationKey } from '../../../../src/model/operation';
import { evidenceSnippet } from '../../../../src/source/report/evidenceSnippets';
import { mappingReportOf } from '../../../../src/source/report/mappingReport';
import { operation } from '../../../support/mappingWorkspace';

function unmapped(key: OperationKey, code: UnmappedCode, cure?: string): { key: OperationKey; mapping: Mapping } {
  const reason = { code, text: `${key.name} has none.`, ...(cure === undefined ? {} : { cure }) };
  return { key, mapping: { status: code === 'ambiguous' ? 'ambiguous' : 'unmapped', candidates: [], reason } };
}

const node = (name: string, service = 'a'): OperationKey =>
  operation('INTERNAL', name, {}, { service, language: 'nodejs' });

describe('the mapping report', () => {
  it('counts by service and tells by reason, with the next step of most', () => {
    const report = mappingReportOf([
      unmapped(node('one'), 'no-evidence', 'Name it.'),
      unmapped(node('two', 'b'), 'no-evidence', 'Name it.'),
      unmapped(node('three'), 'library-call'),
      unmapped(node('four', 'b'), 'ambiguous', 'Pick one.'),
    ]);
    assert.deepEqual([report.mapped, report.ambiguous, report.unmapped, report.library], [0, 1, 2, 1]);
    assert.deepEqual(
      report.services.map(({ service, ambiguous, unmapped: without }) => [service, ambiguous, without]),
      [
        ['a', 0, 1],
        ['b', 1, 1],
      ],
    );
    assert.deepEqual(
      report.reasons.map(({ code, nextStep, operations, snippets }) => [
        code,
        nextStep,
        operations.length,
        snippets.length,
      ]),
      [
        ['no-evidence', 'Name it.', 2, 1],
        ['ambiguous', 'Pick one.', 1, 1],
        ['library-call', undefined, 1, 0],
      ],
    );
  });

  it('tells of an operation the next step that is not that of most', () => {
    const report = mappingReportOf(
      ['Name it.', 'Name it.', 'Restart it.', undefined].map((cure, id) => ({
        ...unmapped(node(`op ${id}`), 'file-not-found', cure),
        id,
      })),
    );
    const text = reportText(report);
    assert.match(text, /\n {2}Next: Name it\.\n/);
    assert.match(text, /op 1: op 1 has none\.\n.*op 2: op 2 has none\. Restart it\.\n.*op 3: op 3 has none\.\n/);
  });

  it('knows the smallest change that gives evidence, by language and kind', () => {
    const code = (kind: 'SERVER' | 'INTERNAL', language: string): string =>
      evidenceSnippet(operation(kind, 'x', {}, { language }), 'no-evidence')?.code ?? '';
    assert.match(code('SERVER', 'java'), /CONTROLLER_TELEMETRY_ENABLED=true/);
    assert.match(code('SERVER', 'nodejs'), /auto-instrumentations-node/);
    assert.match(code('INTERNAL', 'python'), /class CodeLocationProcessor\(SpanProcessor\)/);
    assert.match(code('INTERNAL', 'java'), /^@io\.opentelemetry\.instrumentation\.annotations\.WithSpan$/m);
    assert.match(
      code('INTERNAL', 'go'),
      /^func \(codeLocation\) OnStart\(_ context\.Context, span sdktrace\.ReadWriteSpan\) \{$/m,
    );
    assert.match(code('INTERNAL', 'dotnet'), /^sealed class CodeLocationProcessor : OpenTelemetry\.BaseProcessor</m);
    assert.match(code('INTERNAL', 'ruby'), /match\?\(%r\{\/gems\/\|\/ruby\/\\d\}\)/);
    assert.equal(code('INTERNAL', 'php'), '');
    assert.equal(evidenceSnippet(node('x'), 'file-not-read'), undefined);
  });

  it('offers a processor for Node that the SDK takes and that notes the line', async () => {
    const { code } = evidenceSnippet(node('x'), 'no-evidence')!;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the snippet is code that users paste
    const make = new Function(`${code}; return CodeLocationProcessor;`) as () => new () => SpanProcessor;
    const Processor = make();
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new Processor(), new SimpleSpanProcessor(exporter)] });
    (function placeOrder() {
      provider.getTracer('t').startSpan('x', { kind: SpanKind.INTERNAL }).end();
    })();
    const { attributes } = exporter.getFinishedSpans()[0]!;
    assert.equal(attributes['code.file.path'], __filename);
    assert.match(String(attributes['code.function.name']), /placeOrder/);
    assert.equal(typeof attributes['code.line.number'], 'number');
    await provider.shutdown();
  });
});
