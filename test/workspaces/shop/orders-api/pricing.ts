import { trace } from '@opentelemetry/api';
import { oneIn, work } from '../shared/random';

const tracer = trace.getTracer('orders-api');

export interface Basket {
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Found by file and line: this service's spans say where they were started, in the compiled code. */
export function priceOf(basket: Basket): Promise<number> {
  return tracer.startActiveSpan('price basket', async (span) => {
    await work(2, 6);
    const discount = await applyDiscounts(basket);
    span.setAttribute('shop.basket.items', basket.items.length);
    span.end();
    return basket.items.reduce((sum, item) => sum + item.quantity * 9.9, 0) - discount;
  });
}

function applyDiscounts(basket: Basket): Promise<number> {
  return tracer.startActiveSpan('apply discounts', async (span) => {
    // The rule for large baskets is the slow one.
    await (basket.items.length > 3 || oneIn(12) ? work(180, 320) : work(4, 9));
    span.end();
    return basket.items.length > 3 ? 5 : 0;
  });
}
