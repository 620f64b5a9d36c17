import { build } from 'esbuild';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { TraceBrowser } from '../webview/support/traceBrowser';
import type { Sample } from './support/waterfallPage';

/**
 * The trace view in headless Chromium beside a bare canvas over the same columns, interleaved in one run: time from the
 * `show` message to the first rows, and main-thread time of a frame while scrolling.
 * `npx tsx test/bench/waterfall.bench.ts [spans,spans…] [rounds]`
 */
const SIZES = (process.argv[2] ?? '100000,1000000').split(',').map(Number);
const ROUNDS = Number(process.argv[3] ?? 5);
const FRAMES = 60;

async function main(): Promise<void> {
  const browser = await TraceBrowser.start();
  const measuring = await build({
    bundle: true,
    write: false,
    format: 'iife',
    entryPoints: [path.join(__dirname, 'support', 'waterfallPage.ts')],
  });
  const script = measuring.outputFiles[0]!.text;
  try {
    for (const size of SIZES) {
      const ours: Sample[] = [];
      const bare: Sample[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const parameters = [size, FRAMES] as const;
        ours.push(await inPage(browser, script, (page) => page.evaluate((p) => window.measureOurs(...p), parameters)));
        bare.push(await inPage(browser, script, (page) => page.evaluate((p) => window.measureBare(...p), parameters)));
      }
      report(size, ours, bare);
    }
  } finally {
    await browser.stop();
  }
}

async function inPage(browser: TraceBrowser, script: string, run: (page: Page) => Promise<Sample>): Promise<Sample> {
  const page = await browser.open({ width: 1280, height: 900, script });
  try {
    return await run(page);
  } finally {
    await page.context().close();
  }
}

function report(size: number, ours: readonly Sample[], bare: readonly Sample[]): void {
  const first = (samples: readonly Sample[]) => median(samples.map((sample) => sample.firstRow));
  const frame = (samples: readonly Sample[]) => median(samples.map((sample) => median(sample.frames)));
  const slow = (samples: readonly Sample[]) =>
    quantile(
      samples.flatMap((sample) => sample.frames),
      0.95,
    );
  console.log(
    `${size} spans · first row ${first(ours).toFixed(0)} ms, bare canvas ${first(bare).toFixed(0)} ms, ratio ${(first(ours) / first(bare)).toFixed(2)}`,
  );
  console.log(
    `${size} spans · frame while scrolling ${frame(ours).toFixed(2)} ms (p95 ${slow(ours).toFixed(2)}), bare canvas ${frame(bare).toFixed(2)} ms (p95 ${slow(bare).toFixed(2)}), ratio ${(frame(ours) / frame(bare)).toFixed(2)}`,
  );
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

void main();
