/** Checks what a page sends: pure. A page is a browser, and its input is not ours. */
import type { FailureCure, FromWebview } from '../../protocol/webview';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;
const CURES: Readonly<Record<FailureCure, true>> = {
  searchTraces: true,
  openTraceById: true,
  tryAgain: true,
  showOutput: true,
};
const cure: Check = (value) => typeof value === 'string' && Object.hasOwn(CURES, value);

const FIELDS: { readonly [T in FromWebview['type']]: Readonly<Record<string, Check>> } = {
  ready: {},
  request: { id: number, method: text, params: anything },
  openSource: { row: number, beside: flag },
  openTrace: { traceId: text, spanId: text },
  openFrame: { file: text, line: number },
  copy: { text },
  cure: { cure },
  log: { message: text },
};

/** Whether a message is one of those that the page may send, with fields of the right types. */
export function isFromWebview(message: unknown): message is FromWebview {
  if (typeof message !== 'object' || message === null) return false;
  const fields = message as Readonly<Record<string, unknown>>;
  if (typeof fields['type'] !== 'string' || !Object.hasOwn(FIELDS, fields['type'])) return false;
  return Object.entries(FIELDS[fields['type'] as FromWebview['type']]).every(([key, check]) => check(fields[key]));
}
