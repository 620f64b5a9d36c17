import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot, type Log } from '../support/cacheFolder';
import { plainEnvironment, startProcess, stopProcess } from '../support/processes';
import { shopFolder, startShop } from '../support/shop';
import { findDesktopVscode, type DesktopVscode } from '../support/vscodeDesktop';
import { desktopArguments, writeDesktopSettings } from '../support/vscodeDesktopSuite';
import { workbenchUrl } from '../support/vscodePage';
import { startVscodeServer } from '../support/vscodeServer';
import { prepare, receiverPorts, receiverSettings, shopEndpoints } from './prepare';

/** A VS Code for a person. */
interface Editor {
  /** What to tell the person. */
  readonly words: string;
  /** Resolves when the person closes it; never for one in a browser. */
  readonly closed: Promise<void>;
  stop(): Promise<void>;
}

/** Opens the shop in a VS Code and keeps it under load until Ctrl+C, or until the window is closed. */
export async function runUntilStopped(log: Log): Promise<void> {
  await prepare(log);
  const ports = await receiverPorts();
  const desktop = await findDesktopVscode(log);
  const settings = receiverSettings(ports);
  const editor = desktop ? await openDesktop(desktop, settings) : await openServer(settings, log);
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopping …'));
  });
  try {
    const shop = await startShop({ ...shopEndpoints(ports), log });
    log(shop.kafka);
    log(editor.words);
    log('Hints appear within a minute: open orders-api/routes.ts. Ctrl+C ends everything.');
    const closed = editor.closed.then(() => 'the window was closed');
    log(await Promise.race([stopped, shop.ended, closed]));
    await shop.stop();
  } finally {
    await editor.stop();
  }
}

async function openServer(userSettings: Record<string, unknown>, log: Log): Promise<Editor> {
  const server = await startVscodeServer({ userSettings, log });
  const url = workbenchUrl(server, { workspace: shopFolder, extensionPath: projectRoot });
  return {
    words: `VS Code ${server.version} with Spanlight: ${url}`,
    closed: new Promise(() => undefined),
    stop: () => server.stop(),
  };
}

async function openDesktop(desktop: DesktopVscode, userSettings: Record<string, unknown>): Promise<Editor> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'spanlight-desktop-'));
  await writeDesktopSettings(dataFolder, userSettings);
  const [command = desktop.executable, ...first] = [...desktop.display, desktop.executable];
  const args = [...desktopArguments(dataFolder, true), `--extensionDevelopmentPath=${projectRoot}`, shopFolder];
  const child = startProcess(command, [...first, ...args], { env: plainEnvironment(), stdio: 'ignore' });
  return {
    words: `VS Code ${desktop.version} opens with Spanlight`,
    closed: new Promise((resolve) => child.once('exit', () => resolve())),
    stop: async () => {
      await stopProcess(child);
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
