import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot, type Log } from '../support/cacheFolder';
import { SLOW_MS, waitFor } from '../support/processes';
import { shopFolder, startShop } from '../support/shop';
import { openVscode } from '../support/vscodeHost';
import { drawnHints, openByPath, type DrawnHint } from './drawnHints';
import { screenshots, takeScreenshots } from './screenshots';
import { prepare, receiverPorts, receiverSettings, shopEndpoints } from './prepare';

const readmeImages = path.join(projectRoot, 'media', 'readme');

/** A place for each kind of evidence, and how many of its functions must show numbers. */
const EXPECTED: readonly { readonly file: string; readonly hints: number }[] = [
  { file: 'orders-api/pricing.ts', hints: 2 },
  { file: 'orders-api/repository.ts', hints: 1 },
  { file: 'orders-api/events.ts', hints: 1 },
  { file: 'payment-api/cardProcessor.ts', hints: 2 },
  { file: 'payment-api/payment.controller.ts', hints: 2 },
  { file: 'payment-api/ledger.ts', hints: 1 },
  { file: 'api-gateway/orders.ts', hints: 3 },
  { file: 'api-gateway/reports.ts', hints: 2 },
  { file: 'notification-worker/main.ts', hints: 1 },
  { file: 'notification-worker/mail.ts', hints: 1 },
  { file: 'orders-api/routes.ts', hints: 3 },
];

const PICTURE_SETTINGS = {
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.minimap.enabled': false,
  'files.exclude': { '**/dist': true, '**/node_modules': true },
};

export interface OnceOptions {
  /** Copy the screenshots to where the README shows them. */
  readonly readme: boolean;
  /** dist/ is built already. */
  readonly built?: boolean;
}

/** One whole pass without a person. @throws Error with the reason when a hint or a screenshot does not come. */
export async function runOnce(options: OnceOptions, log: Log): Promise<void> {
  await prepare(log, options.built);
  const ports = await receiverPorts();
  const userSettings = { ...receiverSettings(ports), ...PICTURE_SETTINGS };
  const viewport = { width: 1440, height: 900 };
  const vscode = await openVscode({ workspace: shopFolder, userSettings, viewport, log });
  try {
    log(vscode.host);
    const { endpoint, grpcEndpoint } = shopEndpoints(ports);
    await waitFor('the receiver', SLOW_MS, () => listens(endpoint));
    const shop = await startShop({ endpoint, grpcEndpoint, log });
    try {
      log(shop.kafka);
      const started = Date.now();
      for (const { file, hints } of EXPECTED) {
        for (const hint of await hintsOf(vscode.page, file, hints)) log(`${file}:${hint.line}  ${hint.words}`);
        if (file === EXPECTED[0]?.file)
          log(`(first hints ${Math.round((Date.now() - started) / 1_000)} s after the services)`);
      }
      await takeScreenshots(vscode.page);
      log('screenshots: test/screenshots/editor.png, hover.png, waterfall.png');
      if (options.readme)
        cpSync(screenshots, readmeImages, { recursive: true, filter: (file) => !file.endsWith('failed.png') });
    } finally {
      await shop.stop();
    }
  } finally {
    await vscode.dispose();
  }
}

async function listens(endpoint: string): Promise<true | undefined> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: '{}' });
  return answer.ok ? true : undefined;
}

/** The hints of a file once as many as expected have a percentile, or the count of what a call sends. */
async function hintsOf(page: Page, file: string, expected: number): Promise<readonly DrawnHint[]> {
  await openByPath(page, file);
  let drawn: readonly DrawnHint[] = [];
  try {
    return await waitFor('them', SLOW_MS, async () => {
      drawn = await drawnHints(page);
      return drawn.filter((hint) => /p50 |^→ /.test(hint.words)).length >= expected ? drawn : undefined;
    });
  } catch (error) {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: path.join(screenshots, 'failed.png') });
    const seen = drawn.map((hint) => `${hint.line} ${hint.words}`).join('; ') || 'none';
    throw new Error(
      `${file} shows fewer than ${expected} hints after 60 s (${seen}); see test/screenshots/failed.png`,
      { cause: error },
    );
  }
}
