import {
  hasFields,
  isAnything,
  isCount,
  isNumber,
  isOptional,
  isText,
  isTexts,
  isVariant,
  type Check,
  type FieldChecks,
} from '../base/messageChecks';
import type { TraceView } from '../protocol/traceView';
import type { ToWebview } from '../protocol/webview';

const isFloats: Check = (value) => value instanceof Float64Array;
const isInts: Check = (value) => value instanceof Uint32Array;
const isShorts: Check = (value) => value instanceof Uint16Array;
const isBytes: Check = (value) => value instanceof Uint8Array;

const COLUMNS: Readonly<Record<keyof TraceView['columns'], Check>> = {
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
/** The kinds of the parts; {@link checkTrace} checks that they fit together. */
const TRACE: Readonly<Record<keyof TraceView, Check>> = {
  traceId: isText,
  count: isCount,
  startMs: isNumber,
  startNs: isText,
  durationNs: isNumber,
  services: isTexts,
  names: isTexts,
  notices: isTexts,
  columns: hasFields(COLUMNS),
  criticalPath: hasFields({ row: isInts, from: isFloats, to: isFloats }),
};
const MESSAGES: { readonly [T in ToWebview['type']]: FieldChecks } = {
  show: {
    trace: hasFields(TRACE),
    focusRow: isOptional(isCount),
    foundRows: isOptional((value) => value instanceof Uint32Array),
    file: isOptional(isText),
  },
  reveal: { row: isCount },
  failed: { message: isText, cures: isTexts },
  response: { id: isCount, result: isAnything },
  responseError: { id: isCount, message: isText },
};
const isMessage = isVariant('type', MESSAGES);

/**
 * Whether a message is one the host sends. VS Code posts messages of its own into the same window, and a page that
 * outlives an update may hear a newer host.
 */
export function isToWebview(message: unknown): message is ToWebview {
  return isMessage(message);
}
