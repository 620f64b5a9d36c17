import type { PlainAttributes, PlainSpan } from '../../../support/wire/plainSpans';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { plainText } from '../../../support/wire/losses';
import { backendContract } from './contract';

/** The columns are maps of texts. */
function textsOnly(span: PlainSpan): PlainSpan {
  const texts = (attributes: PlainAttributes): PlainAttributes =>
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plainText(value)]));
  return {
    ...span,
    attributes: texts(span.attributes),
    resource: texts(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: texts(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: texts(link.attributes) })),
  };
}

backendContract({
  title: 'ClickHouse with attributes as maps',
  server: 'clickhouse',
  keeps: textsOnly,
  received: textsOnly,
  empty: [{ kind: 'pass' }, { kind: 'body', body: '' }],
  async start(traces) {
    const server = await startServer('clickhouse', console.log);
    if (!('url' in server)) return server.sentence;
    const taken = await writeTo(server, traces);
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
