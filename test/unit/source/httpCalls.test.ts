import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AttributeValue } from '../../../src/model/attributes';
import type { SourceMapper } from '../../../src/source/sourceMapper';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const LANGUAGES: Readonly<Record<string, string>> = {
  js: 'nodejs',
  ts: 'nodejs',
  py: 'python',
  java: 'java',
  go: 'go',
  cs: 'dotnet',
};

/** The place of a request with this method and URL in a project of one file. */
async function placeOf(
  file: string,
  code: string,
  method: string,
  attributes: Record<string, AttributeValue> | string,
): Promise<string> {
  let found = '';
  await withFolder({ 'package.json': '{}', [file]: code }, async (folder) => {
    found = await ask(await openMapper([folder]), file, method, attributes);
  });
  return found;
}

async function ask(
  mapper: SourceMapper,
  file: string,
  method: string,
  attributes: Record<string, AttributeValue> | string,
): Promise<string> {
  const sent = typeof attributes === 'string' ? { 'url.full': attributes } : attributes;
  const language = LANGUAGES[file.split('.').at(-1)!]!;
  const key = operation(
    'CLIENT',
    method,
    { 'http.request.method': method, ...sent },
    { scope: 'http', service: 'shop', language },
  );
  return told(mapper, await mapper.map(key));
}

describe('requests going out', () => {
  it('are found by host and path in every language', async () => {
    const url = 'http://payments:8080/pay/17?dry=1';
    const node = 'async function pay(id) {\n  return fetch(`http://payments:8080/pay/${id}`, { method: "POST" });\n}\n';
    assert.equal(await placeOf('a.js', node, 'POST', url), 'a.js:2 pay 0.85');
    const axios =
      "import axios from 'axios';\nconst http = axios.create();\nexport function pay(id) {\n  return http.post('http://payments:8080/pay/' + id);\n}\n";
    assert.equal(await placeOf('a.ts', axios, 'POST', url), 'a.ts:4 pay 0.85');
    const python = 'import requests\n\ndef pay(id):\n    return requests.post(f"http://payments:8080/pay/{id}")\n';
    assert.equal(await placeOf('a.py', python, 'POST', url), 'a.py:4 pay 0.85');
    const httpx =
      'import httpx\n\nasync def pay(id):\n    async with httpx.AsyncClient() as client:\n        return await client.post(f"http://payments:8080/pay/{id}")\n';
    assert.equal(await placeOf('a.py', httpx, 'POST', url), 'a.py:5 pay 0.85');
    const java =
      'package shop;\nclass Payments {\n  private final RestTemplate rest = new RestTemplate();\n  String pay(String id) {\n    return rest.postForObject("http://payments:8080/pay/{id}", null, String.class, id);\n  }\n}\n';
    assert.equal(await placeOf('Payments.java', java, 'POST', url), 'Payments.java:5 Payments.pay 0.85');
    const go =
      'package main\n\nimport "net/http"\n\nfunc pay(id string) {\n\thttp.NewRequest("POST", "http://payments:8080/pay/"+id, nil)\n}\n';
    assert.equal(await placeOf('main.go', go, 'POST', url), 'main.go:6 pay 0.85');
    const csharp =
      'namespace Shop;\nclass Payments {\n  private readonly HttpClient client = new HttpClient();\n  public Task Pay(string id) {\n    return client.PostAsync($"http://payments:8080/pay/{id}", null);\n  }\n}\n';
    assert.equal(await placeOf('Payments.cs', csharp, 'POST', url), 'Payments.cs:5 Payments.Pay 0.85');
  });

  const client = [
    "const BASE = process.env.PAYMENTS_URL ?? 'http://localhost:3001';",
    'export async function pay(id) {',
    '  await fetch(`${BASE}/api/pay/${id}`, { method: "POST" });',
    '}',
    'export async function refund(id) {',
    '  await fetch(`${BASE}/api/refund/${id}`, { method: "POST" });',
    '}',
    'export async function stock() {',
    '  return fetch(`${process.env.STOCK_URL}/stock`);',
    '}',
    '',
  ].join('\n');

  it('are found by the path where the host comes from elsewhere', async () => {
    assert.equal(await placeOf('a.js', client, 'POST', 'http://localhost:3001/api/pay/4'), 'a.js:3 pay 0.85');
    assert.equal(await placeOf('a.js', client, 'POST', { 'url.template': '/api/refund/{id}' }), 'a.js:6 refund 0.8');
    assert.equal(await placeOf('a.js', client, 'GET', 'http://stock.internal/v1/stock'), 'a.js:9 stock 0.75');
  });

  it('are not placed where two calls fit, the method is another or nothing tells', async () => {
    const nothing = /^unmapped/;
    assert.match(
      await placeOf('a.js', client, 'POST', { 'server.address': 'localhost', 'server.port': 3001 }),
      nothing,
    );
    assert.match(await placeOf('a.js', client, 'DELETE', 'http://localhost:3001/api/pay/4'), nothing);
    assert.match(await placeOf('a.js', client, 'POST', 'http://localhost:9999/api/pay/4'), nothing);
    assert.match(await placeOf('a.js', client, 'GET', 'http://stock.internal/v1/prices'), nothing);
    assert.match(await placeOf('a.js', client, 'POST', { 'http.route': '/api/pay/:id' }), nothing);
    const twice = "const a = () => fetch('http://x/pay');\nconst b = () => fetch('http://x/pay');\n";
    assert.match(await placeOf('a.js', twice, 'GET', 'http://x/pay'), nothing);
    const helper =
      'export function send(url) {\n  return fetch(url);\n}\nexport const pay = () => fetch(`${process.env.A}/pay`);\n';
    assert.match(await placeOf('a.js', helper, 'GET', 'http://x/pay'), nothing);
  });

  it('are found by the host alone if one call goes there and all others elsewhere', async () => {
    const calls =
      "export const rates = (c) => fetch(`https://rates.example/${c}`);\nexport const mail = () => fetch('http://mail:25/send');\n";
    const sent = { 'server.address': 'rates.example' };
    assert.equal(await placeOf('a.js', calls, 'GET', sent), 'a.js:1 rates 0.75');
    const more = `${calls}export const any = (url) => fetch(url);\n`;
    assert.match(await placeOf('a.js', more, 'GET', sent), /^unmapped/);
  });

  it('are looked for anew when a call is added', async () => {
    await withFolder({ 'package.json': '{}', 'a.js': client }, async (folder) => {
      const mapper = await openMapper([folder]);
      const url = 'http://localhost:3001/api/cancel';
      assert.match(await ask(mapper, 'a.js', 'GET', url), /^unmapped/);
      const file = path.join(folder, 'b.js');
      writeFileSync(file, "export const cancel = () => fetch('http://localhost:3001/api/cancel');\n");
      await mapper.updateFile(file, undefined);
      assert.equal(await ask(mapper, 'a.js', 'GET', url), 'b.js:1 cancel 0.85');
    });
  });
});
