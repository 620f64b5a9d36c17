import assert from 'node:assert/strict';
import { OperationsScreen } from '../../../src/cli/operationsScreen';
import { OtlpIngest } from '../../../src/traces/ingest';
import { ReceiverCounters } from '../../../src/traces/receiver/counters';
import { EmbeddedStore } from '../../../src/traces/store/embeddedStore';
import { encodeProtobuf } from '../../support/otlpSpans';

const ESC = '\u001b';
const NO_WRAP = `${ESC}[?7l`;
const WRAP = `${ESC}[?7h`;

/** What a terminal of this size is written. */
function terminal(columns: number, rows: number) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { written, output: { isTTY: true, columns, rows, write } };
}

describe('the screen of operations', () => {
  const store = new EmbeddedStore();
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: 30 }, (_, i) => ({
    name: `operation ${i}`,
    startNs: now,
    endNs: now + 5_000_000n,
  }));
  new OtlpIngest(store).traces(encodeProtobuf({ service: '数据服务', spans }), 'protobuf');

  it('shows warnings below the table, and draws all of it again in place', () => {
    const { written, output } = terminal(80, 20);
    const screen = new OperationsScreen(store, new ReceiverCounters(() => undefined), output);
    screen.draw();
    for (const message of ['one', 'two', 'th\u001b[31mree', 'four']) screen.warn(message);
    screen.draw();
    const [first, second] = written as [string, string];
    const lines = second.split('\n').slice(0, -1);
    assert.deepEqual(
      lines.slice(-3).map((line) => line.replace(WRAP, '')),
      ['! two', '! th�[31mree', '! four'],
    );
    assert.ok(lines.length < 20, String(lines.length));
    // As many lines up as were drawn.
    assert.equal(Number(new RegExp(`^${ESC}\\[(\\d+)A`).exec(second)?.[1]), first.split('\n').length - 1);
    assert.deepEqual(screen.warnings.length, 4);
  });

  it('lets no line wrap, however small the terminal is', () => {
    for (const [columns, rows] of [
      [30, 6],
      [1, 1],
    ] as const) {
      const { written, output } = terminal(columns, rows);
      const screen = new OperationsScreen(store, new ReceiverCounters(() => undefined), output);
      screen.warn('x'.repeat(500));
      screen.draw();
      const plain = written.join('').replace(new RegExp(`${ESC}\\[\\??\\d*[A-Za-z]`, 'g'), '');
      for (const line of plain.split('\n')) assert.ok(line.trim().length <= Math.max(1, columns), JSON.stringify(line));
      assert.ok(written[0]!.indexOf(NO_WRAP) < written[0]!.indexOf(WRAP) && written[0]!.includes(NO_WRAP));
    }
  });
});
