import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ShownHint, SpanlightApi } from '../../../src/vscode/api';
import { postOtlp } from '../../support/servers/writeTraces';
import type { OtlpTraces } from '../../support/servers/data/otlpTraces';
import { hintAt, openFile, plain, receiverUrl, spanlight, until } from '../support/spanlight';

const FILES = ['src/orders.ts', 'src/store.ts', 'src/server.ts'] as const;
/** Names, in the environment, the file with the traces that the backends were given. */
const TRACES = 'SPANLIGHT_TEST_TRACES';

interface Entry {
  readonly name: string;
}

describe('hints from backends, in VS Code', () => {
  let api: SpanlightApi;
  let embedded: string[];

  before(async () => {
    api = await spanlight();
    const traces = JSON.parse(readFileSync(process.env[TRACES]!, 'utf8')) as OtlpTraces;
    await postOtlp(await receiverUrl(api), traces);
    embedded = await places(/p50/);
  });

  after(() => use(undefined));

  it('come from the embedded store first', () => {
    assert.equal(embedded.length, 5, embedded.join('\n'));
    assert.match(plain(api.statusText()), /^\$\(pulse\) \d+ spans/);
  });

  for (const { name } of vscode.workspace.getConfiguration('spanlight').get<Entry[]>('backends', [])) {
    it(`come from ${name} at the same lines`, async () => {
      await use(name);
      await until(
        'its name in the status bar',
        () => (api.statusText() === `$(cloud) ${name}` ? true : undefined),
        () => [api.statusText(), api.status()?.source],
      );
      assert.deepEqual(await places(name === 'Tempo' ? /p50/ : /^≈ p50/), embedded);
      const { source } = api.status()!;
      assert.equal(source.operations, name === 'Tempo' ? 'exact' : 'sampled');
      assert.ok(source.requests > 0 && source.bytesReceived > 0);
      assert.match(plain(api.statusTooltip()), new RegExp(`Shown is what \\*\\*${name}\\*\\* has`));
    });
  }

  it('are those of this editor again when it is chosen', async () => {
    await use(undefined);
    assert.deepEqual(await places(/^p50/), embedded);
    await until(
      'the spans in the status bar',
      () => (/^\$\(pulse\) \d+ spans/.test(plain(api.statusText())) ? true : undefined),
      () => api.statusText(),
    );
  });

  it('say what is wrong with a backend that is not there', async () => {
    await use('production');
    await until(
      'the words',
      () => (api.statusText() === '$(warning) no backend “production”' ? true : undefined),
      () => api.statusText(),
    );
    assert.match(plain(api.statusTooltip()), /There is no backend called “production” in spanlight.backends/);
    assert.deepEqual(await places(/^p50/), embedded, 'what was received here is shown');
  });

  /** Where hints stand and what they belong to, once the words of each match: `orders.ts:4 OrderService.create`. */
  async function places(words: RegExp): Promise<string[]> {
    const found: string[] = [];
    for (const file of FILES) {
      const { document } = await openFile(file);
      const first =
        file === 'src/orders.ts' ? 'async create(' : file === 'src/store.ts' ? 'function save' : 'function getOrders';
      await hintAt(api, document, first, words);
      const hints = await until(
        `hints like ${String(words)} in ${file}`,
        () => {
          const shown = api.shownHints(document.uri);
          return shown.every((hint) => words.test(plain(hint.text))) ? shown : undefined;
        },
        () => api.shownHints(document.uri),
      );
      found.push(...hints.map((hint) => placeWords(file, hint)));
    }
    return found.sort();
  }
});

function placeWords(file: string, { line, symbol }: ShownHint): string {
  return `${file}:${line + 1} ${symbol}`;
}

function use(name: string | undefined): Thenable<void> {
  return vscode.workspace.getConfiguration('spanlight').update('backend', name, vscode.ConfigurationTarget.Global);
}
