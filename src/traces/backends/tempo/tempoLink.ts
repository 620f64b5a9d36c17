import type { TraceId } from '../../../model/ids';
import type { BackendConfig } from '../backendConfig';

/** Grafana's proxy: what comes before it is Grafana's own address. */
const PROXY = /^(.*)\/api\/datasources\/proxy\/uid\/([^/]+)/;

/**
 * The page of a trace in Grafana's Explore: Tempo has no pages of its own. The address follows schema version 1, which
 * Grafana has read since 10.0.
 */
export function exploreLink({ url, options }: BackendConfig, id: TraceId): string | undefined {
  const proxy = PROXY.exec(url);
  const grafana = textOf(options.grafanaUrl)?.replace(/\/+$/, '') ?? proxy?.[1];
  const uid = textOf(options.datasourceUid) ?? (proxy === null ? undefined : decodeURIComponent(proxy[2]!));
  if (grafana === undefined || uid === undefined) return undefined;
  const query = { refId: 'A', datasource: { type: 'tempo', uid }, queryType: 'traceql', query: id };
  const panes = { trace: { datasource: uid, queries: [query], range: { from: 'now-24h', to: 'now' } } };
  return `${grafana}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
