/** What the status item says: pure. */
import { formatCount } from '../../base/format';
import type { EngineStatus, ReceiverStatus } from '../../protocol/engine';
import { escapeMarkdown } from '../hints/markdown';

export interface StatusWords {
  readonly text: string;
  readonly severity: 'normal' | 'warning' | 'error';
}

/** @param state of the engine's process. */
export function statusWords(state: 'stopped' | 'starting' | 'running' | 'failed', status?: EngineStatus): StatusWords {
  if (state === 'failed') return { text: '$(error) Spanlight stopped', severity: 'error' };
  if (state === 'starting' || (state === 'running' && status === undefined)) {
    return { text: '$(pulse) starting', severity: 'normal' };
  }
  if (state === 'stopped' || status === undefined) return { text: '$(pulse) Spanlight', severity: 'normal' };
  const { receiver, spans, mapping } = status;
  if (receiver.state === 'failed') return { text: '$(warning) not listening', severity: 'warning' };
  const moved = receiver.http !== undefined && receiver.http.port !== receiver.http.wanted;
  const port = moved ? ` · :${receiver.http.port}` : '';
  if (spans > 0) {
    const all = mapping.mapped + mapping.ambiguous + mapping.unmapped;
    const mapped = all === 0 ? '' : ` · ${formatCount(mapping.mapped)} of ${formatCount(all)} mapped`;
    return {
      text: `$(pulse) ${formatCount(spans)} ${spans === 1 ? 'span' : 'spans'}${mapped}${port}`,
      severity: 'normal',
    };
  }
  if (receiver.state === 'listening') {
    return { text: `$(pulse) waiting on :${receiver.http?.port ?? receiver.grpc?.port ?? '?'}`, severity: 'normal' };
  }
  return { text: receiver.state === 'starting' ? '$(pulse) starting' : '$(pulse) not listening', severity: 'normal' };
}

/** The item's tooltip: receiver, data, mapping health with reasons, as Markdown. */
export function statusTooltip(status: EngineStatus): string {
  const { mapping } = status;
  const lines = ['**Spanlight**', ...receiverLines(status.receiver)];
  const dropped = status.droppedSpans > 0 ? `, ${formatCount(status.droppedSpans)} dropped as the oldest` : '';
  const megabytes = (status.retainedBytes / 2 ** 20).toFixed(status.retainedBytes < 10 * 2 ** 20 ? 1 : 0);
  lines.push(
    `${formatCount(status.spans)} spans in ${formatCount(status.traces)} traces, ${formatCount(status.operations)} operations; ${megabytes} MB kept${dropped}`,
  );
  if (status.indexing) {
    lines.push(
      `Reading the workspace: ${formatCount(status.indexing.done)} of ${formatCount(status.indexing.total)} files`,
    );
  }
  if (mapping.mapped + mapping.ambiguous + mapping.unmapped > 0) {
    lines.push(
      `Operations with a place in the code: **${mapping.mapped}** mapped, ${mapping.ambiguous} ambiguous, ${mapping.unmapped} unmapped`,
    );
  }
  const reasons = mapping.reasons.slice(0, 8).map(({ text, count, cure }) => {
    const cured = cure === undefined ? '' : ` ${escapeMarkdown(cure)}`;
    return `* ${formatCount(count)} × ${escapeMarkdown(text)}${cured}`;
  });
  return [lines.join('  \n'), reasons.join('\n')].filter((part) => part !== '').join('\n\n');
}

function receiverLines(receiver: ReceiverStatus): string[] {
  const lines: string[] = [];
  for (const [name, end] of [
    ['OTLP/HTTP', receiver.http],
    ['OTLP/gRPC', receiver.grpc],
  ] as const) {
    if (end === undefined) continue;
    const taken =
      end.port === end.wanted || end.wanted === 0
        ? ''
        : ` (${end.wanted} is taken${end.takenBy === undefined ? '' : ` by ${escapeMarkdown(end.takenBy)}`})`;
    lines.push(`${name} on \`${end.url}\`${taken}`);
  }
  if (lines.length === 0) lines.push(receiver.state === 'starting' ? 'The receiver starts' : 'The receiver is off');
  if (receiver.reason !== undefined) lines.push(escapeMarkdown(receiver.reason));
  if (receiver.rejectedRequests > 0) {
    const last = receiver.lastRejection === undefined ? '' : `, last: ${escapeMarkdown(receiver.lastRejection)}`;
    lines.push(`${formatCount(receiver.rejectedRequests)} requests refused${last}`);
  }
  return lines;
}
