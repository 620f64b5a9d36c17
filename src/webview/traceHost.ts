import type { FromWebview, ToWebview, WebviewRequests, WebviewState } from '../protocol/webview';
import { Host } from './host';
import { isToWebview } from './messageGuard';

/** The extension host as the trace page sees it. */
export class TraceHost extends Host<FromWebview, ToWebview, WebviewRequests, WebviewState> {
  constructor(onMessage: (message: ToWebview) => void) {
    super(isToWebview, onMessage);
  }
}
