import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../support/wire/backendBed';
import { listening } from '../../../support/wire/loopback';

const WORKSPACE = '0a1b2c3d-0000-4000-8000-000000000001';
const WORDS = 'The token eyJhbGciOiJ9.eyJzdWIiOiJ9.correct-horse is of no use';
const [, SECRET = ''] = /token (\S+)/.exec(WORDS) ?? [];

/** Services that tell of errors with status 200, and an answer of each that does. */
const ANSWERS: readonly (readonly [string, Partial<BackendConfig>, object])[] = [
  ['newrelic', { authHeader: 'API-Key', options: { account: 42 } }, { errors: [{ message: WORDS }] }],
  ['signoz', { authHeader: 'SIGNOZ-API-KEY' }, { status: 'error', error: { message: WORDS } }],
  [
    'azuremonitor',
    { auth: 'bearer', options: { workspace: WORKSPACE } },
    { tables: [{ name: 'PrimaryResult', columns: [], rows: [] }], error: { code: 'PartialError', message: WORDS } },
  ],
  [
    'googlecloud',
    { auth: 'bearer', options: { project: 'shop-prod', dataset: 'traces' } },
    { jobComplete: true, errors: [{ reason: 'invalid', message: WORDS }] },
  ],
];

describe('an error within an answer', () => {
  for (const [kind, config, answer] of ANSWERS) {
    it(`is said without the secret that ${kind} repeats in it`, async () => {
      const server = await listening(
        createServer((request, response) => {
          request.resume();
          request.on('end', () => {
            response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
          });
        }),
      );
      const logger = new TestLog();
      const { url } = server;
      const backend = createBackend(
        backendConfig({ kind, url, auth: 'header', ...config }),
        backendDeps({ logger, secrets: new TestSecrets(SECRET) }),
      );
      try {
        const told = await backend.services(new AbortController().signal).then(
          () => '',
          (error: Error) => error.message,
        );
        const all = [told, ...logger.lines].join('\n');
        assert.match(all, /The token … is of no use/);
        assert.ok(!all.includes('correct-horse'), all);
      } finally {
        backend.dispose();
        await server.close();
      }
    });
  }
});
