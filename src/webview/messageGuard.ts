import type { TraceView } from '../protocol/traceView';
import type { ToWebview } from '../protocol/webview';

/**
 * Whether a message is one the host sends. VS Code posts messages of its own into the same window, and a page that
 * outlives an update may hear a newer host.
 */
export function isToWebview(message: unknown): message is ToWebview {
  if (!isRecord(message)) return false;
  switch (message['type']) {
    case 'show':
      return (
        isTraceView(message['trace']) &&
        (message['focusRow'] === undefined || isCount(message['focusRow'])) &&
        isTextOrNone(message['file'])
      );
    case 'reveal':
      return isCount(message['row']);
    case 'failed':
      return typeof message['message'] === 'string' && isStrings(message['cures']);
    case 'response':
      return isCount(message['id']);
    case 'responseError':
      return isCount(message['id']) && typeof message['message'] === 'string';
    default:
      return false;
  }
}

const COLUMNS: Readonly<Record<keyof TraceView['columns'], (value: unknown) => boolean>> = {
  start: isFloats,
  duration: isFloats,
  self: isFloats,
  parent: (value) => value instanceof Int32Array,
  depth: isInts,
  subtreeEnd: isInts,
  kind: isBytes,
  status: isBytes,
  flags: isShorts,
  service: isInts,
  name: isInts,
  eventCount: isShorts,
  linkCount: isShorts,
  spanIds: isBytes,
};

/** Checks the kinds of the parts; {@link checkTrace} checks that they fit together. */
function isTraceView(value: unknown): value is TraceView {
  if (!isRecord(value)) return false;
  const { columns, criticalPath } = value;
  return (
    typeof value['traceId'] === 'string' &&
    isCount(value['count']) &&
    typeof value['startMs'] === 'number' &&
    typeof value['startNs'] === 'string' &&
    typeof value['durationNs'] === 'number' &&
    isStrings(value['services']) &&
    isStrings(value['names']) &&
    isStrings(value['notices']) &&
    isRecord(columns) &&
    Object.entries(COLUMNS).every(([name, check]) => check(columns[name])) &&
    isRecord(criticalPath) &&
    isInts(criticalPath['row']) &&
    isFloats(criticalPath['from']) &&
    isFloats(criticalPath['to'])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isFloats(value: unknown): boolean {
  return value instanceof Float64Array;
}

function isInts(value: unknown): boolean {
  return value instanceof Uint32Array;
}

function isShorts(value: unknown): boolean {
  return value instanceof Uint16Array;
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array;
}
