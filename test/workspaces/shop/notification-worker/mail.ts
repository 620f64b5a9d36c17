import { trace } from '@opentelemetry/api';
import { work } from '../shared/random';

const tracer = trace.getTracer('notification-worker');

/** Found by function: named in the attributes' spelling of version 1.30, unqualified and with a namespace. */
export async function renderMail(orderId: string): Promise<string> {
  const attributes = { 'code.namespace': 'mail', 'code.function.name': 'renderMail' };
  const span = tracer.startSpan(`mail for ${orderId.length > 4 ? 'new' : 'known'} customer`, { attributes });
  await work(10, 30);
  span.end();
  return `Your order ${orderId} is on its way.`;
}
