import * as vscode from 'vscode';
import type { SpanlightApi } from '../../../src/vscode/api';
import { ordersRequest } from './ordersSpans';
import { SpanSender } from './sentSpans';
import { receiverUrl, until } from './spanlight';

/** Sends a trace, waits until `spans` spans are kept in all, opens the trace, and waits for its tab. */
export async function openSentTrace(api: SpanlightApi, spans: number): Promise<void> {
  const sender = new SpanSender(await receiverUrl(api), 'orders');
  const { traceId } = sender.send(ordersRequest(20));
  await sender.flush();
  await sender.close();
  await until(
    'the spans',
    () => (api.status()?.spans === spans ? true : undefined),
    () => api.status(),
  );
  await api.openTrace(traceId);
  await until('the panel', () =>
    vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((tab) => tab.label === 'POST /orders 20 ms'),
  );
}
