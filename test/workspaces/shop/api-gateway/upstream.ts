/** Asks another service and passes its status on when it fails. */
export async function upstream<T>(base: string, path: string, body?: unknown): Promise<T> {
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(base + path, { ...request, headers: { 'content-type': 'application/json' } });
  const result = (await answer.json()) as T & { message?: string };
  if (!answer.ok) {
    throw Object.assign(new Error(result.message ?? `${path} answered ${answer.status}`), { status: answer.status });
  }
  return result;
}

export const orders = process.env.ORDERS_URL ?? 'http://127.0.0.1:8081';
export const payments = process.env.PAYMENTS_URL ?? 'http://127.0.0.1:8082';
