/** Shoppers: about LOAD_RATE requests per second against GATEWAY_URL until the process is stopped. */
const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';
const rate = Number(process.env.LOAD_RATE ?? 12);
const placed: string[] = [];
let waiting = 0;

const actions: readonly { readonly weight: number; run(): Promise<unknown> }[] = [
  { weight: 5, run: placeOrder },
  { weight: 3, run: () => fetch(`${gateway}/orders`) },
  { weight: 2, run: () => fetch(`${gateway}/dashboard`) },
  { weight: 1, run: () => fetch(`${gateway}/reports/sales`) },
  { weight: 2, run: refundOrder },
];

async function placeOrder(): Promise<void> {
  const items = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => ({
    sku: `sku-${Math.floor(Math.random() * 40)}`,
    quantity: 1,
  }));
  const answer = await post('/orders', { items });
  if (!answer.ok) return;
  placed.push(((await answer.json()) as { id: string }).id);
  if (placed.length > 50) placed.shift();
}

async function refundOrder(): Promise<void> {
  const id = placed.at(-1);
  if (id) await post(`/orders/${id}/refund`, {});
}

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(gateway + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function choose(): () => Promise<unknown> {
  let at = Math.random() * actions.reduce((sum, action) => sum + action.weight, 0);
  return (actions.find((action) => (at -= action.weight) < 0) ?? actions[0]).run;
}

setInterval(() => {
  // A shop that has stopped answering is not asked more and more.
  if (waiting > 50) return;
  waiting++;
  void choose()()
    .catch(() => undefined)
    .finally(() => waiting--);
}, 1_000 / rate);
