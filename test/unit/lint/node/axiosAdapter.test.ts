import assert from 'node:assert/strict';
import { found, HTTP, sdk } from './support';

const HERE = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

/** What is found of a file that asks for stock with axios, where only Node's `http` is instrumented. */
async function asking(text: string, more: Record<string, string> = {}): Promise<readonly string[]> {
  return found({
    'src/tracing.ts': sdk(HTTP),
    'src/stock.ts': `import axios from 'axios';\n${text}`,
    ...more,
  });
}

describe('lint: JS-FETCH-NO-UNDICI of axios', () => {
  const sent: Readonly<Record<string, string>> = {
    'by the options of the request':
      "export const ask = () => axios.get(`${process.env.STOCK_URL}/all`, { adapter: 'fetch' });\n",
    'by the options of the client':
      "const stock = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });\nexport const ask = () => stock.get('/all');\n",
    'by a list whose first that Node has is fetch':
      "const stock = axios.create({ baseURL: process.env.STOCK_URL, adapter: ['xhr', 'fetch', 'http'] });\nexport const ask = () => stock.get('/all');\n",
    'by the defaults of all':
      "axios.defaults.adapter = 'fetch';\nexport const ask = () => axios.get(`${process.env.STOCK_URL}/all`);\n",
  };
  for (const [how, text] of Object.entries(sent))
    it(`knows that a request goes through fetch ${how}`, async () => assert.deepEqual(await asking(text), HERE));

  it('knows the defaults that another file sets', async () => {
    const text = 'export const ask = () => axios.get(`${process.env.STOCK_URL}/all`);\n';
    const http = { 'src/http.ts': "import axios from 'axios';\naxios.defaults.adapter = 'fetch';\n" };
    assert.deepEqual(await asking(text, http), HERE);
    assert.deepEqual(await asking(text), []);
  });

  it('leaves the requests beside it alone, and lists that begin with http', async () => {
    const both = `export const ask = () => axios.get(\`\${process.env.STOCK_URL}/all\`);
export const list = () => axios.get(\`\${process.env.STOCK_URL}/list\`, { adapter: ['xhr', 'http', 'fetch'] });
export const photo = () => axios.get('https://api.github.com/photo', { adapter: 'fetch' });
`;
    assert.deepEqual(await asking(both), []);
  });
});
