import { chromium, type Browser } from 'playwright-core';
import type { Log } from './cacheFolder';
import { findChromium } from './chromiumBinary';

/** A running headless browser. Close it when done. */
export interface RunningChromium {
  readonly browser: Browser;
  /** For the log: `Chromium 153.0.8000.0 (@sparticuz/chromium 153.0.0)`. */
  readonly name: string;
}

/**
 * Starts a headless Chromium that talks to no one but the pages it is given; fetches one into the cache where the
 * machine has none.
 * @throws Error that names the cure where no Chromium is to be had.
 */
export async function startChromium(log: Log = console.log): Promise<RunningChromium> {
  const binary = await findChromium(log);
  const browser = await chromium.launch({
    executablePath: binary.executable,
    headless: true,
    // Containers run as root, where Chromium has no sandbox; what it opens here is our own.
    chromiumSandbox: false,
    args: [
      ...binary.args,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--no-pings',
      '--font-render-hinting=none',
    ],
    env: { ...(process.env as Record<string, string>), ...binary.env },
  });
  return { browser, name: `Chromium ${browser.version()} (${binary.origin})` };
}

/** {@link startChromium} for tests that only need the browser. */
export async function launchChromium(log: Log = console.log): Promise<Browser> {
  return (await startChromium(log)).browser;
}
