import type { AttributeValue } from '../../../../src/model/attributes';
import type { PlainAttributes, PlainSpan } from '../../../support/wire/plainSpans';
import type { ClickhouseForm } from '../../../support/servers/data/clickhouseRows';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { plainText } from '../../../support/wire/losses';
import { backendContract } from './contract';

function changed(span: PlainSpan, change: (attributes: PlainAttributes) => PlainAttributes): PlainSpan {
  return {
    ...span,
    attributes: change(span.attributes),
    resource: change(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: change(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: change(link.attributes) })),
  };
}

/** The columns are maps of texts. */
function textsOnly(span: PlainSpan): PlainSpan {
  return changed(span, (attributes) =>
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plainText(value)])),
  );
}

/** What is in a map gets a name of its own; bytes are base64, and what is null or empty is not there. */
function pathsOnly(span: PlainSpan): PlainSpan {
  return changed(span, (attributes) => Object.fromEntries(Object.entries(attributes).flatMap(paths)));
}

function paths([key, value]: [string, AttributeValue]): [string, AttributeValue][] {
  if (value === null) return [];
  if (value instanceof Uint8Array) return [[key, Buffer.from(value).toString('base64')]];
  if (typeof value !== 'object' || Array.isArray(value)) return [[key, value]];
  return Object.entries(value).flatMap(([name, inner]) => paths([`${key}.${name}`, inner]));
}

function withoutScope(span: PlainSpan): PlainSpan {
  return { ...span, scope: { name: '', version: '' } };
}

const FORMS: readonly (readonly [
  ClickhouseForm,
  string,
  (span: PlainSpan) => PlainSpan,
  (span: PlainSpan) => PlainSpan,
])[] = [
  ['map', 'ClickHouse with attributes as maps', textsOnly, textsOnly],
  ['json', 'ClickHouse with attributes as JSON', pathsOnly, (span) => span],
  ['old', "ClickHouse with the exporter's first tables", (span) => withoutScope(textsOnly(span)), textsOnly],
];

for (const [form, title, keeps, received] of FORMS) {
  backendContract({
    ...{ title, keeps, received },
    server: 'clickhouse',
    empty: [{ kind: 'pass' }, { kind: 'body', body: '' }],
    async start(traces) {
      const server = await startServer('clickhouse', console.log);
      if (!('url' in server)) return server.sentence;
      const taken = await writeTo(server, traces, { clickhouse: form });
      const { url, user, password } = server;
      const options = { traceUrl: 'https://traces.example/trace/{traceId}' };
      return {
        config: backendConfig({ kind: 'clickhouse', url, auth: 'basic', user, options }),
        secrets: new TestSecrets(password),
        taken,
        stop: () => server.stop(),
      };
    },
  });
}
