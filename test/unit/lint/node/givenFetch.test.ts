import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk } from './support';

const AT = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

describe('lint: the global fetch by another name', () => {
  const shop = (text: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(HTTP), 'src/pricing.ts': text });

  const calls = '(`${process.env.PRICING_URL}/price`)';

  it('is that of a parameter, an option or a field which tests give another', async () => {
    assert.deepEqual(
      await shop(`export async function ask(fetchImpl: typeof fetch = fetch) { return fetchImpl${calls}; }\n`),
      AT,
    );
    assert.deepEqual(
      await shop(
        `export const ask = (o: { fetch?: typeof fetch } = {}) => {\n  const doFetch = o.fetch ?? fetch;\n  return () => doFetch${calls};\n};\n`,
      ),
      AT,
    );
    assert.deepEqual(
      await shop(
        `export class Pricing {\n  constructor(private readonly other?: typeof fetch) { this.fetchFn = other ?? globalThis.fetch; }\n  fetchFn: typeof fetch;\n  ask() { return this.fetchFn${calls}; }\n}\n`,
      ),
      AT,
    );
  });

  it('is not what a package is taken for, nor what nobody gives a default', async () => {
    const other = `import nodeFetch from 'node-fetch';\nexport const ask = (fetchImpl = globalThis.fetch ?? nodeFetch) => fetchImpl${calls};\n`;
    assert.deepEqual(
      await found({
        'package.json': manifest({ 'node-fetch': '^2.7.0' }),
        'src/tracing.ts': sdk(HTTP),
        'src/pricing.ts': other,
      }),
      [],
    );
    assert.deepEqual(await shop(`export const ask = (fetchPrice: (url: string) => void) => fetchPrice${calls};\n`), []);
  });
});
