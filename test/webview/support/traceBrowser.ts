import { build } from 'esbuild';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium';
import type { ThemeName } from './themes';

const ROOT = path.join(__dirname, '..', '..', '..');

/** A page under test: its script and style, and the script that plays its host. */
export interface TestedPage {
  /** Within src/webview. */
  readonly script: string;
  /** Within media/webview, loaded after page.css. */
  readonly style: string;
  /** Beside this file. */
  readonly host: string;
  /** As in the shell that the extension makes. */
  readonly page: string;
}

const TRACE_PAGE: TestedPage = { script: 'main.ts', style: 'trace.css', host: 'pageHost.ts', page: 'trace' };

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: ThemeName;
  readonly density?: number;
  readonly reducedMotion?: boolean;
  /** Runs before the page's own script. */
  readonly script?: string;
}

/** The built page in a real Chromium, served on loopback under the policy of a webview, without any allowance inline. */
export class TraceBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly folder: string,
    private readonly hostScript: string,
  ) {}

  static async start(tested = TRACE_PAGE): Promise<TraceBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-page-'));
    const shared = { bundle: true, format: 'iife', logLevel: 'error', target: 'chrome130' } as const;
    await build({
      ...shared,
      minify: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      entryPoints: [path.join(ROOT, 'src/webview', tested.script)],
      outfile: path.join(folder, 'webview.js'),
    });
    await build({
      ...shared,
      entryPoints: [path.join(__dirname, tested.host)],
      outfile: path.join(folder, 'pageHost.js'),
    });
    const files: Record<string, { type: string; body: Buffer }> = {
      '/webview.js': { type: 'text/javascript', body: await readFile(path.join(folder, 'webview.js')) },
      '/page.css': { type: 'text/css', body: await readFile(path.join(ROOT, 'media/webview/page.css')) },
      '/own.css': { type: 'text/css', body: await readFile(path.join(ROOT, 'media/webview', tested.style)) },
    };
    const server = createServer((request, response) => {
      const file = files[request.url ?? ''];
      const page = file === undefined;
      response.writeHead(200, { 'content-type': page ? 'text/html; charset=utf-8' : file.type });
      response.end(page ? shell(`http://${request.headers.host ?? ''}`, tested.page) : file.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hostScript = await readFile(path.join(folder, 'pageHost.js'), 'utf8');
    return new TraceBrowser(await launchChromium(), server, folder, hostScript);
  }

  /** A page of its own that has said `ready`. */
  async open({
    width = 1180,
    height = 720,
    theme = 'dark',
    density = 1,
    reducedMotion,
    script,
  }: PageOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: density,
      locale: 'en-GB',
      timezoneId: 'UTC',
      ...(reducedMotion === true ? { reducedMotion: 'reduce' as const } : {}),
    });
    const page = await context.newPage();
    await page.addInitScript({ content: this.hostScript });
    if (script) await page.addInitScript({ content: script });
    await page.addInitScript(
      `document.addEventListener('DOMContentLoaded', () => window.testHost.setTheme('${theme}'));`,
    );
    await page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => window.testHost.posted.some((message) => message.type === 'ready'));
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }
}

function shell(origin: string, page: string): string {
  const policy = `default-src 'none'; style-src ${origin}; script-src 'nonce-test'`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${origin}/page.css"><link rel="stylesheet" href="${origin}/own.css"></head>
<body><div id="app" data-page="${page}"></div><script nonce="test" src="${origin}/webview.js"></script></body></html>`;
}
