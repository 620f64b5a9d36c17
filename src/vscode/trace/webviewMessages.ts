/** Checks what a page sends: pure. A page is a browser, and its input is not ours. */
import { isAnything, isCount, isFlag, isKeyOf, isText, isVariant, type FieldChecks } from '../../base/messageChecks';
import type { FailureCure, FromWebview } from '../../protocol/webview';

const CURES: Readonly<Record<FailureCure, true>> = {
  searchTraces: true,
  openTraceById: true,
  tryAgain: true,
  showOutput: true,
};
const MESSAGES: { readonly [T in FromWebview['type']]: FieldChecks } = {
  ready: {},
  request: { id: isCount, method: isText, params: isAnything },
  openSource: { row: isCount, beside: isFlag },
  openTrace: { traceId: isText, spanId: isText },
  openFrame: { file: isText, line: isCount },
  copy: { text: isText },
  cure: { cure: isKeyOf(CURES) },
  log: { message: isText },
};
const isMessage = isVariant('type', MESSAGES);

/** Whether a message is one of those that the page may send, with fields of the right types. */
export function isFromWebview(message: unknown): message is FromWebview {
  return isMessage(message);
}
