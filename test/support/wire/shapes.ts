import type { Shape, ShapedAnswer } from './shapeGate';

const PAGE =
  '<!doctype html><html lang="en"><head><title>Jaeger UI</title></head><body><div id="root"></div></body></html>';

function page(): ShapedAnswer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE };
}

/** Jaeger as it is after commit 639eefe: v1 has lost its lists and its search, and unknown paths show the page. */
export const jaegerWithoutV1Search: Shape = {
  request: ({ pathname, search }) =>
    /^\/api\/(services(\/[^/]*\/operations)?|operations|traces)$/.test(pathname) ? page() : pathname + search,
};

/** Jaeger before v3: unknown paths show the page. */
export const jaegerWithoutV3: Shape = {
  request: ({ pathname, search }) => (pathname.startsWith('/api/v3/') ? page() : pathname + search),
};

/** The base path of Grafana's proxy, which grants nothing without a service account's token. */
export const GRAFANA_PATH = '/grafana/api/datasources/proxy/uid/traces';

/** A data source that Grafana knows and cannot reach. */
export const GRAFANA_DOWN_PATH = '/grafana/api/datasources/proxy/uid/down';

/**
 * Grafana as a proxy (`pkg/api/pluginproxy`, `pkg/util/proxyutil`): another base path, a redirect to a page for who is not
 * signed in, JSON for its own errors, an empty 502 for a data source that is down, and of one that does not let Grafana in
 * a 400 with a text.
 */
export function grafanaProxy(token: string): Shape {
  return {
    request({ pathname, search }, { headers }) {
      const { authorization } = headers;
      if (authorization === undefined) return { status: 302, headers: { location: '/grafana/login' }, body: '' };
      if (authorization !== `Bearer ${token}`) {
        return grafanaError(401, { message: 'Invalid API key', messageId: 'api-key.invalid', statusCode: 401 });
      }
      if (pathname.startsWith(`${GRAFANA_PATH}/`)) return pathname.slice(GRAFANA_PATH.length) + search;
      if (pathname.startsWith(`${GRAFANA_DOWN_PATH}/`)) return { status: 502, body: '' };
      return grafanaError(404, { message: 'Unable to find datasource', traceID: '' });
    },
    answer: (_, status, text) =>
      status === 401 ? { status: 400, text: 'Authentication to data source failed' } : { status, text },
  };
}

function grafanaError(status: number, body: object): ShapedAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

/** The base path of VictoriaTraces' Jaeger API. */
export const VICTORIA_PATH = '/select/jaeger';

/**
 * VictoriaTraces before a Jaeger 1.76: a search without a service is refused with a text, every attribute is a text, and a
 * trace that is not there is 200 without spans.
 */
export const victoriaTraces: Shape = {
  request({ pathname, searchParams, search }) {
    const path = pathname.slice(VICTORIA_PATH.length);
    const service = searchParams.get('service') ?? searchParams.get('query.serviceName');
    if (!pathname.startsWith(`${VICTORIA_PATH}/`)) return { status: 400, body: `unsupported path: ${pathname}` };
    if (/^\/api\/(v3\/)?traces$/.test(path) && service === null) {
      return { status: 400, body: 'remoteAddr: "127.0.0.1"; service name is required' };
    }
    return path + search;
  },
  answer({ pathname }, status, text) {
    if (status === 404 && pathname.includes('/v3/traces/'))
      return { status: 200, text: '{"result":{"resourceSpans":[]}}' };
    const isSpans = /\/api\/(v3\/)?traces/.test(pathname) && status === 200;
    return { status, text: isSpans ? texts(text) : text };
  },
};

/** Attributes as texts, in OTLP and in v1's tags. */
function texts(json: string): string {
  const text = (value: string): string => (/^-?[\d.]+e[-+]?\d+$/i.test(value) ? String(Number(value)) : value);
  return json
    .replace(
      /\{"(?:int|double|bool)Value":("?)([^"{}]*)\1\}/g,
      (_, __, value: string) => `{"stringValue":"${text(value)}"}`,
    )
    .replace(
      /"type":"(?:int64|float64|bool)","value":([^"{},]+)/g,
      (_, value: string) => `"type":"string","value":"${text(value)}"`,
    );
}
