import assert from 'node:assert/strict';
import { found } from './support';

const web = (dependencies: Record<string, string>): string =>
  JSON.stringify({ name: 'web', scripts: { build: 'vite build' }, dependencies }, null, 2);

const FARO = `import { getWebInstrumentations, initializeFaro } from '@grafana/faro-web-sdk';
import { TracingInstrumentation } from '@grafana/faro-web-tracing';
initializeFaro({
  url: '/collect',
  instrumentations: [...getWebInstrumentations(), new TracingInstrumentation()],
});
`;

const API = `const API = import.meta.env.VITE_API_URL;
export const orders = () => fetch(\`\${API}/orders\`).then((response) => response.json());
`;

describe('lint: pages that send no context to another origin', () => {
  const faro = async (setup: string, api = API): Promise<readonly string[]> =>
    found({
      'package.json': web({ react: '*', '@grafana/faro-web-sdk': '*', '@grafana/faro-web-tracing': '*' }),
      'src/faro.ts': setup,
      'src/api.ts': api,
    });

  it('reports Faro’s tracing without a list', async () => {
    assert.deepEqual(await faro(FARO), ['JS-PROPAGATE-URLS src/faro.ts:5']);
    const listed = FARO.replace(
      'new TracingInstrumentation()',
      'new TracingInstrumentation({ instrumentationOptions: { propagateTraceHeaderCorsUrls: [/api/] } })',
    );
    assert.deepEqual(await faro(listed), []);
    const own = FARO.replace(
      'new TracingInstrumentation()',
      'new TracingInstrumentation({ instrumentations: list() })',
    );
    assert.deepEqual(await faro(own), []);
    assert.deepEqual(await faro(FARO, 'export const orders = () => fetch(`/api/orders`);\n'), []);
  });

  it('follows Angular’s client to the address of the environment', async () => {
    const files = {
      'package.json': web({
        '@angular/core': '*',
        '@opentelemetry/sdk-trace-web': '*',
        '@opentelemetry/instrumentation-xml-http-request': '*',
      }),
      'src/otel.ts': `import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register();
registerInstrumentations({ instrumentations: [new XMLHttpRequestInstrumentation()] });
`,
      'src/environments/environment.ts': `export const environment = { apiUrl: 'http://localhost:8080/api' };\n`,
    };
    const orders = `import { HttpClient } from '@angular/common/http';
import { environment } from './environments/environment';
export class Orders {
  constructor(private http: HttpClient) {}
  list() {
    return this.http.get(\`\${environment.apiUrl}/orders\`);
  }
}
`;
    const reported = ['JS-PROPAGATE-URLS src/otel.ts:5'];
    assert.deepEqual(await found({ ...files, 'src/orders.ts': orders }), reported);
    const injected = orders.replace('constructor(private http: HttpClient) {}', 'private http = inject(HttpClient);');
    assert.deepEqual(await found({ ...files, 'src/orders.ts': injected }), reported);
    assert.deepEqual(await found({ ...files, 'src/orders.ts': orders.replace('HttpClient)', 'Store)') }), []);
  });

  it('follows addresses through files that say nothing of browsers, where a unit is a page alone', async () => {
    const setup = `import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register();
registerInstrumentations({ instrumentations: [new FetchInstrumentation()] });
`;
    const page = async (
      dependencies: Record<string, string>,
      files: Record<string, string>,
    ): Promise<readonly string[]> =>
      found({
        'package.json': web({
          '@opentelemetry/sdk-trace-web': '*',
          '@opentelemetry/instrumentation-fetch': '*',
          ...dependencies,
        }),
        'src/otel.ts': setup,
        ...files,
      });
    const files = {
      'src/config.ts': `export const config = { apiUrl: import.meta.env.VITE_API_URL || 'http://localhost:3000' };\n`,
      'src/api.ts': `import { config } from './config';\nexport const orders = () => fetch(config.apiUrl + '/orders');\n`,
    };
    assert.deepEqual(await page({ react: '*' }, files), ['JS-PROPAGATE-URLS src/otel.ts:5']);
    assert.deepEqual(await page({ react: '*', express: '*' }, files), []);
    const toolkit = `import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react';
export const api = createApi({ baseQuery: fetchBaseQuery({ baseUrl: process.env.REACT_APP_API_URL }) });
`;
    assert.deepEqual(await page({ react: '*', express: '*' }, { 'src/api.ts': toolkit }), [
      'JS-PROPAGATE-URLS src/otel.ts:5',
    ]);
  });
});
