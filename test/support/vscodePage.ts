import type { Page } from 'playwright-core';
import { SLOW_MS } from './processes';
import type { VscodeServer } from './vscodeServer';

/** What a workbench page is to open. */
export interface WorkbenchRequest {
  /** Folder or `.code-workspace` file; without one the window is empty. */
  readonly workspace?: string | undefined;
  /** A checkout with dist/ in it. */
  readonly extensionPath?: string | undefined;
  /** Compiled test runner, without `.js`. */
  readonly testsPath?: string | undefined;
}

/** The address at which a server shows a workspace with the extension under development. */
export function workbenchUrl(server: VscodeServer, request: WorkbenchRequest): string {
  const remote = (file: string): string => `vscode-remote://${server.authority}${file}`;
  const payload: [string, string][] = [];
  if (request.extensionPath) payload.push(['extensionDevelopmentPath', remote(request.extensionPath)]);
  if (request.testsPath) payload.push(['extensionTestsPath', remote(request.testsPath)]);
  const query = new URLSearchParams();
  if (request.workspace?.endsWith('.code-workspace')) query.set('workspace', request.workspace);
  else if (request.workspace) query.set('folder', request.workspace);
  else query.set('ew', 'true');
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://${server.authority}/?${query.toString()}`;
}

/** Opens the workbench and waits until it is drawn; goes on while extensions still activate. */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: SLOW_MS });
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: SLOW_MS });
}
