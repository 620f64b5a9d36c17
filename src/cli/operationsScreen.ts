import { formatCount, formatDuration, formatErrorRate } from '../base/format';
import type { OperationStats } from '../model/operation';
import { nanosFromMillis } from '../model/time';
import type { ReceiverCounters } from '../traces/receiver/counters';
import type { EmbeddedStore } from '../traces/store/embeddedStore';
import { printable } from './printable';

/** What is shown: operations of the last quarter of an hour, and of senders whose clock is a minute ahead. */
const WINDOW_MS = 15 * 60_000;
const AHEAD_MS = 60_000;
/** Rows where the height of the terminal is not known. */
const PLAIN_ROWS = 10;
const PLAIN_COLUMNS = 100;
/** Lines around the table, and the line of the cursor. */
const FRAME_ROWS = 5;

/** As many warnings are shown below the table. */
const WARNINGS = 3;

const COLUMNS = ['calls', 'p50', 'p95', 'errors'] as const;
const NUMBER_WIDTH = 11;
const MIN_NAME_WIDTH = 12;

/** Where a screen is drawn: a terminal, or a file or pipe. */
export interface ScreenOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

/** The operations as a table, most total time first: redrawn in place on a terminal, else printed when it changed. */
export class OperationsScreen {
  private drawnLines = 0;
  private drawnText = '';
  /** What went wrong, in the order in which it did. */
  readonly warnings: string[] = [];

  constructor(
    private readonly store: EmbeddedStore,
    private readonly counters: ReceiverCounters,
    private readonly output: ScreenOutput,
  ) {}

  /** Keeps a warning, which is shown below the table. */
  warn(message: string): void {
    this.warnings.push(message);
  }

  draw(): void {
    const { output } = this;
    const inPlace = output.isTTY === true;
    const width = (output.columns ?? PLAIN_COLUMNS) - 1;
    const rows = (output.rows ?? 24) - FRAME_ROWS;
    const warnings = this.warnings.slice(-Math.max(1, Math.min(WARNINGS, rows >> 1)));
    const lines = this.lines(inPlace ? Math.max(1, rows - warnings.length) : PLAIN_ROWS, width);
    for (const message of warnings) lines.push(`! ${printable(message)}`);
    lines.forEach((line, i) => (lines[i] = cut(line, width)));
    const text = lines.join('\n');
    if (text === this.drawnText) return;
    this.drawnText = text;
    if (!inPlace) {
      output.write(`${text}\n\n`);
      return;
    }
    const up = this.drawnLines > 0 ? `\u001b[${this.drawnLines}A` : '';
    // Without wrapping: characters that are two columns wide would make one line two, and the way back up wrong.
    output.write(`${up}\r\u001b[J\u001b[?7l${text}\u001b[?7h\n`);
    this.drawnLines = lines.length;
  }

  private lines(limit: number, width: number): string[] {
    const { spans, traces, operations, droppedSpans } = this.store.counters();
    const { rejectedRequests, rejectedSpans, lastRejection } = this.counters;
    const totals = [`${formatCount(spans)} spans`, `${formatCount(traces)} traces`, `${operations} operations`];
    if (droppedSpans > 0) totals.push(`${formatCount(droppedSpans)} spans dropped`);
    if (rejectedSpans > 0) totals.push(`${formatCount(rejectedSpans)} spans rejected`);
    if (rejectedRequests > 0) totals.push(`${rejectedRequests} requests rejected`);
    const shown = this.operations();
    const nameWidth = Math.max(MIN_NAME_WIDTH, width - COLUMNS.length * NUMBER_WIDTH);
    const lines = [totals.join(' · ')];
    // Warnings are about the same, and say more.
    if (lastRejection !== undefined && this.warnings.length === 0)
      lines.push(cut(printable(`last rejection: ${lastRejection}`), width));
    if (shown.length === 0) return lines;
    lines.push(cut('operation', nameWidth).padEnd(nameWidth) + COLUMNS.map(right).join(''));
    lines.push(...shown.slice(0, limit).map((stats) => row(stats, nameWidth)));
    if (shown.length > limit) lines.push(`… and ${shown.length - limit} more`);
    return lines;
  }

  private operations(): OperationStats[] {
    const now = Date.now();
    const window = { from: nanosFromMillis(now - WINDOW_MS), to: nanosFromMillis(now + AHEAD_MS) };
    return this.store.operationStats(window).sort((a, b) => b.totalNs - a.totalNs);
  }
}

function row({ key, count, errorCount, latency }: OperationStats, nameWidth: number): string {
  const name = cut(printable(`${key.service}: ${key.name}`), nameWidth - 1).padEnd(nameWidth);
  const errors = formatErrorRate(errorCount, count) ?? '';
  const values = [
    formatCount(count),
    formatDuration(latency.quantile(0.5)),
    formatDuration(latency.quantile(0.95)),
    errors,
  ];
  return name + values.map(right).join('');
}

function right(text: string): string {
  return text.padStart(NUMBER_WIDTH);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
