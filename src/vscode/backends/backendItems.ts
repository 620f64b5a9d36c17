/** Backends in a list, in words: pure. */
import { formatCount } from '../../base/format';
import { requestsLeftWords } from '../../base/requestsLeft';
import type { BackendItem, SourceStatus } from '../../protocol/backends';
import type { ReceiverStatus } from '../../protocol/engine';

/** What stands in a list about a source of traces. */
export interface SourceWords {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** The list's line about what this editor received itself. */
export function embeddedWords(isActive: boolean, spans: number, receiver: ReceiverStatus | undefined): SourceWords {
  const where = receiver?.state === 'listening' ? (receiver.http?.url ?? receiver.grpc?.url) : undefined;
  const listens = where === undefined ? 'not listening' : `listening on ${where}`;
  const kept = spans === 0 ? '' : ` · ${formatCount(spans)} ${spans === 1 ? 'span' : 'spans'} kept`;
  return {
    label: 'This editor',
    description: isActive ? 'embedded · in use' : 'embedded',
    detail: `What services send here: ${listens}${kept}`,
  };
}

/** The list's line about a backend. @param status of the source in use. */
export function backendWords(
  { name, label, url }: BackendItem,
  isActive: boolean,
  status: SourceStatus | undefined,
  secrets: number,
): SourceWords {
  const kept = secrets === 0 ? '' : ` · ${secrets === 1 ? 'a secret is' : `${secrets} secrets are`} kept`;
  const state = isActive && status?.name === name ? stateWords(status) : 'not in use';
  return {
    label: name,
    description: `${label} · ${url}`,
    detail: `${state}${kept}`,
  };
}

/** How the source in use is doing: `in use · 12 requests, 34 kB`. */
export function stateWords(status: SourceStatus, nowMs = Date.now()): string {
  const { state, brief, problem, requests, bytesReceived } = status;
  if (state === 'failed')
    return `in use · ${brief === undefined ? '' : `${brief}: `}${problem ?? 'it does not answer'}`;
  if (state !== 'ready') return 'in use · waiting for its first answer';
  return ['in use', trafficWords(requests, bytesReceived), ...budgetWords(status, nowMs)].join(' · ');
}

/** `287 of 300 requests left, more in 43 min`; none where the backend says nothing of a limit. */
export function budgetWords({ left }: SourceStatus, nowMs: number): string[] {
  const words = left === undefined ? undefined : requestsLeftWords(left, nowMs);
  return words === undefined ? [] : [words];
}

/** `12 requests, 34 kB`. */
export function trafficWords(requests: number, bytes: number): string {
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}, ${size} received`;
}
