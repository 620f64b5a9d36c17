/**
 * VS Code for the tests. One suite, two hosts: the desktop through `@vscode/test-electron` where it can be had, else
 * the VS Code server with a headless Chromium. Tests that look at pixels and click always use the latter.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { projectRoot, type Log } from './cacheFolder';
import { startChromium } from './chromium';
import { SLOW_MS, TEST_MS } from './processes';
import { bundleSuite } from './suiteBundle';
import { addToTally, readReport, REPORT_VARIABLE, type SuiteReport } from './suiteResult';
import { findDesktopVscode } from './vscodeDesktop';
import { runOnDesktop, type DesktopSuite, type HostRun } from './vscodeDesktopSuite';
import { openWorkbench, workbenchUrl } from './vscodePage';
import { startVscodeServer } from './vscodeServer';

/** Which workspace, which Spanlight, and under which conditions. */
export interface HostOptions {
  /** Folder or `.code-workspace` file, absolute or relative to the project; undefined opens an empty window. */
  readonly workspace?: string | undefined;
  /** A checkout with dist/ built; the project itself when neither this nor `vsix` is given. */
  readonly extensionPath?: string;
  /** A packaged extension to install and use instead. */
  readonly vsix?: string;
  /** False opens the folder in Restricted Mode; true by default. */
  readonly trusted?: boolean;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** Environment of the extension host and of the engine. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/** A suite to run inside VS Code. */
export interface SuiteOptions extends HostOptions {
  /** A folder whose `*.test.ts` make the suite, or one such file; relative to the project or absolute. */
  readonly suitePath: string;
  /** How long the whole suite may take; 10 minutes by default. */
  readonly timeoutMs?: number;
}

/** What a suite came to, where it ran, and what it printed. */
export interface SuiteResult extends SuiteReport {
  /** `VS Code 1.139.1 server + Chromium 153.0.8000.0`. */
  readonly host: string;
}

/** A VS Code whose window is a page. */
export interface OpenVscode {
  readonly page: Page;
  /** The same address works in any browser on this machine. */
  readonly url: string;
  readonly host: string;
  /** The folder with the server's data, logs among them. */
  readonly dataFolder: string;
  dispose(): Promise<void>;
}

/**
 * Runs a suite in VS Code and counts its tests. A failed test is in the counts; an Error is thrown only when the suite
 * never came to an end.
 */
export async function runSuiteInVscode(options: SuiteOptions): Promise<SuiteResult> {
  const log = options.log ?? console.log;
  const testsPath = await bundleSuite(options.suitePath);
  const desktop = options.vsix ? undefined : await findDesktopVscode(log);
  return withScratch(async (scratch) => {
    const reportFile = path.join(scratch, 'report.json');
    const suite = {
      ...options,
      workspace: absolute(options.workspace),
      extensionPath: options.vsix ? await emptyExtension(scratch) : path.resolve(options.extensionPath ?? projectRoot),
      testsPath,
      timeoutMs: options.timeoutMs ?? 2 * TEST_MS,
      env: { ...options.env, [REPORT_VARIABLE]: reportFile },
      log,
    };
    const { host, output } = await (desktop ? runOnDesktop(desktop, suite) : onServer(suite));
    const report = await readReport(reportFile, output);
    addToTally(report);
    return { host, ...report };
  });
}

/** Opens VS Code as a page, for tests that click and for screenshots. */
export async function openVscode(options: HostOptions & { readonly viewport?: Size }): Promise<OpenVscode> {
  const log = options.log ?? console.log;
  const server = await startVscodeServer({ ...options, log });
  const chromium = await startChromium(log).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const dispose = async (): Promise<void> => {
    await chromium.browser.close();
    await server.stop();
  };
  try {
    const page = await chromium.browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    // Playwright's own patience is too little where a server, an extension host and an engine start on two slow cores.
    page.context().setDefaultTimeout(SLOW_MS);
    // VS Code writes its state down when idle, and without a screen Chromium finds itself idle late or never. Where a
    // browser has no such callback, as Safari, VS Code uses a timer.
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'requestIdleCallback'));
    const extensionPath = options.vsix ? undefined : path.resolve(options.extensionPath ?? projectRoot);
    const url = workbenchUrl(server, { workspace: absolute(options.workspace), extensionPath });
    await openWorkbench(page, url);
    const host = `VS Code ${server.version} server + ${chromium.name}`;
    return { page, url, host, dataFolder: server.dataFolder, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

function absolute(workspace: string | undefined): string | undefined {
  return workspace === undefined ? undefined : path.resolve(projectRoot, workspace);
}

async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-suite-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * VS Code runs tests only in a window with an extension under development. Where a VSIX is to be tested, that is an
 * empty one, so that nothing of the source tree is used.
 */
async function emptyExtension(scratch: string): Promise<string> {
  const folder = path.join(scratch, 'empty');
  await mkdir(folder);
  const manifest = { name: 'empty', publisher: 'spanlight-test', version: '0.0.0', engines: { vscode: '*' } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

async function onServer(suite: DesktopSuite & HostOptions & { readonly log: Log }): Promise<HostRun> {
  const server = await startVscodeServer(suite);
  try {
    const chromium = await startChromium(suite.log);
    try {
      const page = await chromium.browser.newPage();
      const output: string[] = [];
      await untilSuiteEnds(page, workbenchUrl(server, suite), suite.timeoutMs, output);
      return { host: `VS Code ${server.version} server + ${chromium.name}`, output: output.join('\n') };
    } finally {
      await chromium.browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** The workbench hands the console of the tests to one function of the page, and the end of the run to another. */
async function untilSuiteEnds(page: Page, url: string, limitMs: number, output: string[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => output.push(format(...args)));
    await new Promise<void>((resolve, reject) => {
      const late = (): void => reject(new Error(`the suite did not end in ${limitMs / 1000} s:\n${output.join('\n')}`));
      timer = setTimeout(late, limitMs);
      page
        .exposeFunction('codeAutomationExit', () => resolve())
        .then(() => openWorkbench(page, url))
        .catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
