/** True when a GET answers with 2xx. */
export async function answersOk(url: string, headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return response.ok;
}

/** What a JSON endpoint answers. @throws Error with status and body for anything but 2xx. */
export async function getJson<T>(url: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  return JSON.parse(await send(url, { headers })) as T;
}

/** Posts JSON. @throws Error with status and body for anything but 2xx. */
export async function postJson<T>(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const text = await send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** One exchange, body as text. @throws Error with status and body for anything but 2xx. */
export async function send(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000), ...init });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status}: ${text.slice(0, 1_000)}`);
}
