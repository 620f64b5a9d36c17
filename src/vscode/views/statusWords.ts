/** What the status item says: pure. */
import { formatCount } from '../../base/format';
import type { EngineStatus, ReceiverStatus } from '../../protocol/engine';
import type { CommandId } from '../contributions';
import { escapeMarkdown } from '../hints/markdown';
import { sourceLines, sourceWords } from './sourceWords';

export interface StatusWords {
  readonly text: string;
  readonly severity: 'normal' | 'warning' | 'error';
}

const OPEN_TO_NETWORK =
  '$(warning) **Other machines can reach this receiver** and send it spans: `spanlight.receiver.host` is not a loopback address. ' +
  commandLink('Change the Address', 'spanlight.openSettings', 'spanlight.receiver.host');

/** In place of the receiver and the data once the engine has given up. */
export const STOPPED_TOOLTIP = [
  '**Spanlight**',
  'The engine stopped five times within three minutes and stays off: no traces are received, no hints are shown.',
  `${commandLink('Restart Engine', 'spanlight.restartEngine')} · ${commandLink('Show Output', 'spanlight.showOutput')}`,
].join('  \n');

/** VS Code's own page about trust. */
const MANAGE_TRUST = 'workbench.trust.manage';

/** Commands that a link in the tooltip may run. */
export const TOOLTIP_COMMANDS: readonly (CommandId | typeof MANAGE_TRUST)[] = [
  'spanlight.chooseBackend',
  'spanlight.retryBackend',
  'spanlight.openSettings',
  'spanlight.restartEngine',
  'spanlight.showOutput',
  MANAGE_TRUST,
];

/** @param state of the engine's process. */
export function statusWords(state: 'stopped' | 'starting' | 'running' | 'failed', status?: EngineStatus): StatusWords {
  if (state === 'failed') return { text: '$(error) Spanlight stopped', severity: 'error' };
  if (state === 'starting' || (state === 'running' && status === undefined)) {
    return { text: '$(pulse) starting', severity: 'normal' };
  }
  if (state === 'stopped' || status === undefined) return { text: '$(pulse) Spanlight', severity: 'normal' };
  const { receiver, spans, mapping } = status;
  const source = sourceWords(status.source);
  if (source !== undefined) {
    const open = receiver.openToNetwork ? ' · open to the network' : '';
    return { text: `${source}${open}`, severity: status.source.state === 'failed' ? 'warning' : 'normal' };
  }
  if (receiver.state === 'failed') return { text: '$(warning) not listening', severity: 'warning' };
  const moved = receiver.http !== undefined && receiver.http.port !== receiver.http.wanted;
  const port = moved ? ` · :${receiver.http.port}` : '';
  const open = receiver.openToNetwork ? ' · open to the network' : '';
  if (spans > 0) {
    const all = mapping.mapped + mapping.ambiguous + mapping.unmapped;
    const mapped = all === 0 ? '' : ` · ${formatCount(mapping.mapped)} of ${formatCount(all)} mapped`;
    return {
      text: `$(pulse) ${formatCount(spans)} ${spans === 1 ? 'span' : 'spans'}${mapped}${port}${open}`,
      severity: 'normal',
    };
  }
  if (receiver.state === 'listening') {
    const waiting = `$(pulse) waiting on :${receiver.http?.port ?? receiver.grpc?.port ?? '?'}${open}`;
    return { text: waiting, severity: 'normal' };
  }
  return { text: receiver.state === 'starting' ? '$(pulse) starting' : '$(pulse) not listening', severity: 'normal' };
}

/** The item's tooltip: receiver, data, mapping health with reasons, as Markdown. */
export function statusTooltip(status: EngineStatus): string {
  const { mapping, source } = status;
  const isEmbedded = source.kind === 'embedded';
  const lines = ['**Spanlight**', ...sourceLines(source, commandLink)];
  lines.push(...receiverLines(status.receiver));
  const dropped = status.droppedSpans > 0 ? `, ${formatCount(status.droppedSpans)} dropped as the oldest` : '';
  const megabytes = (status.retainedBytes / 2 ** 20).toFixed(status.retainedBytes < 10 * 2 ** 20 ? 1 : 0);
  const kept = `${formatCount(status.spans)} spans in ${formatCount(status.traces)} traces, ${formatCount(status.operations)} operations; ${megabytes} MB kept${dropped}`;
  if (isEmbedded) lines.push(kept);
  else if (status.spans > 0) lines.push(`Received here meanwhile: ${kept}`);
  if (status.indexing) {
    lines.push(
      `Reading the workspace: ${formatCount(status.indexing.done)} of ${formatCount(status.indexing.total)} files`,
    );
  }
  if (mapping.mapped + mapping.ambiguous + mapping.unmapped > 0) {
    const library = mapping.library === 0 ? '' : `; ${mapping.library} made by libraries need none`;
    lines.push(
      `Operations with a place in the code: **${mapping.mapped}** mapped, ${mapping.ambiguous} ambiguous, ${mapping.unmapped} unmapped${library}`,
    );
  }
  const reasons = mapping.reasons.slice(0, 8).map(({ text, count, examples, cure }) => {
    const names = count > examples.length ? [...examples, `${formatCount(count - examples.length)} more`] : examples;
    const cured = cure === undefined ? '' : ` ${escapeMarkdown(cure)}`;
    return `* ${formatCount(count)} × ${escapeMarkdown(`${text}: ${names.join(', ')}.`)}${cured}`;
  });
  return [lines.join('  \n'), reasons.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** One sentence about a limit, with the way to lift it. */
export function limitWords(limit: string, isTrustTheCure: boolean): string {
  return isTrustTheCure ? `${limit} ${commandLink('Manage Workspace Trust', MANAGE_TRUST)}` : limit;
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
  if (receiver.openToNetwork) lines.push(OPEN_TO_NETWORK);
  if (lines.length === 0) lines.push(receiver.state === 'starting' ? 'The receiver starts' : 'The receiver is off');
  if (receiver.reason !== undefined) lines.push(escapeMarkdown(receiver.reason));
  if (receiver.rejectedRequests > 0) {
    const last = receiver.lastRejection === undefined ? '' : `, last: ${escapeMarkdown(receiver.lastRejection)}`;
    lines.push(`${formatCount(receiver.rejectedRequests)} requests refused${last}`);
  }
  return lines;
}

/** A link of the tooltip: `[Restart Engine](command:spanlight.restartEngine)`. */
function commandLink(words: string, command: CommandId | typeof MANAGE_TRUST, ...args: string[]): string {
  const query = args.length === 0 ? '' : `?${encodeURIComponent(JSON.stringify(args))}`;
  return `[${words}](command:${command}${query})`;
}
