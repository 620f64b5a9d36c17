import { postJson, send } from './httpCalls';

/** A server that takes documents. */
export interface DocumentServer {
  readonly url: string;
  /** What says who writes. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was said of each document. */
export interface BulkAnswer {
  readonly items: readonly {
    readonly create: { readonly status: number; readonly error?: { readonly reason: string } };
  }[];
}

/** Makes an index, unless it is there. */
export async function createIndex(
  server: DocumentServer,
  index: string,
  alias: string | undefined,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (await isThere(`${server.url}/${index}`)) return;
  const aliases = alias === undefined ? {} : { [alias]: { is_write_index: true } };
  await send(`${server.url}/${index}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...body, aliases }),
  });
}

async function isThere(url: string): Promise<boolean> {
  return (await fetch(url, { method: 'HEAD' })).ok;
}

/** Writes documents, which can be found when this is through. */
export async function bulk(server: DocumentServer, index: string, documents: readonly string[]): Promise<BulkAnswer> {
  if (documents.length === 0) return { items: [] };
  const body = documents.map((document) => `{"create":{}}\n${document}\n`).join('');
  const headers = { ...server.headers, 'Content-Type': 'application/x-ndjson' };
  return postJson<BulkAnswer>(`${server.url}/${index}/_bulk?refresh=true`, body, headers);
}

/** The traces of documents that the mapping does not take; any other refusal is an error. */
export function refusedTraces(
  { items }: BulkAnswer,
  documents: readonly string[],
  traceIdOf: (json: string) => string,
): Set<string> {
  const refused = new Set<string>();
  items.forEach(({ create }, n) => {
    if (create.status < 300) return;
    if (!/mapp(er|ing)/.test(create.error?.reason ?? ''))
      throw new Error(`OpenSearch refused: ${create.error?.reason}`);
    refused.add(traceIdOf(documents[n] ?? '{}'));
  });
  return refused;
}

/** Takes what there is of some traces away again. */
export async function removeTraces(
  server: DocumentServer,
  index: string,
  field: string,
  ids: ReadonlySet<string>,
): Promise<void> {
  if (ids.size === 0) return;
  const query = { terms: { [field]: [...ids] } };
  await postJson(`${server.url}/${index}/_delete_by_query?refresh=true`, { query }, server.headers);
}
