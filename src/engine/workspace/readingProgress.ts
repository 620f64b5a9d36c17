import type { Connection } from 'vscode-languageserver/node';
import type { ReadingProgress } from './workspaceReader';

/** Percent are sent no more often than this. */
const REPORT_MS = 200;

/** Progress that shows nothing, for hosts that cannot. */
export function silentProgress(): ReadingProgress {
  return { signal: new AbortController().signal, report: () => undefined, done: () => undefined };
}

/** Progress in the status bar of the host, with a button to cancel. */
export async function hostProgress(connection: Connection): Promise<ReadingProgress> {
  const reporter = await connection.window.createWorkDoneProgress();
  const controller = new AbortController();
  reporter.begin('Spanlight', 0, 'reading the workspace', true);
  reporter.token.onCancellationRequested(() => controller.abort());
  let nextReport = 0;
  return {
    signal: controller.signal,
    report(done, total) {
      const now = performance.now();
      if (now < nextReport) return;
      nextReport = now + REPORT_MS;
      reporter.report(total === 0 ? 0 : Math.floor((100 * done) / total), `${done} of ${total} files`);
    },
    done: () => reporter.done(),
  };
}
