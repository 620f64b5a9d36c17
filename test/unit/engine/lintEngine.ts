import path from 'node:path';
import { PublishDiagnosticsNotification, type Diagnostic } from 'vscode-languageserver-protocol/node';
import type { EngineInitialization } from '../../../src/protocol/engine';
import { TestEngine, testSettings, waitFor } from './engineProcess';

/** Waits until the diagnostics that a file was last told are so. */
export type Told = (uri: string, is: (diagnostics: readonly Diagnostic[]) => boolean) => Promise<readonly Diagnostic[]>;

/** An engine for these folders, and what it tells of their files. */
export async function withLintEngine(
  folders: readonly string[],
  work: (engine: TestEngine, told: Told) => Promise<void>,
  settings = testSettings(),
  kept: Pick<EngineInitialization, 'refutations'> = {},
): Promise<void> {
  const engine = await TestEngine.start(folders, settings, kept);
  const latest = new Map<string, readonly Diagnostic[]>();
  engine.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    latest.set(uri, diagnostics);
  });
  try {
    await work(engine, (uri, is) =>
      waitFor(`diagnostics of ${path.basename(uri)}`, () => {
        const diagnostics = latest.get(uri);
        return diagnostics !== undefined && is(diagnostics) ? diagnostics : undefined;
      }),
    );
  } finally {
    await engine.stop();
  }
}
