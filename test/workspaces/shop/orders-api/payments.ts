const payments = process.env.PAYMENTS_URL ?? 'http://127.0.0.1:8082';

/** Pays through payment-api; the context travels with the request. */
export async function takePayment(orderId: string, amount: number): Promise<void> {
  const answer = await fetch(`${payments}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, amount }),
  });
  const result = (await answer.json()) as { message?: string };
  if (!answer.ok) throw new Error(result.message ?? `payment-api answered ${answer.status}`);
}
