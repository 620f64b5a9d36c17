import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { markdownSection } from '../../base/texts/markdownSection';
import type { Host } from '../host';
import { registerCommand } from '../register';

const SCHEME = 'spanlight';

/** Reports as pages to read: documents that nobody has to save, shown as Markdown is read. */
export function registerReportCommands(host: Host): vscode.Disposable[] {
  const mapping = vscode.Uri.from({ scheme: SCHEME, path: '/Mapping report.md' });
  const facts = vscode.Uri.from({ scheme: SCHEME, path: '/Tracing facts.md' });
  const changed = new vscode.EventEmitter<vscode.Uri>();
  // What an open report says is of the time when it was opened.
  const open = async (report: vscode.Uri): Promise<void> => {
    changed.fire(report);
    await show(report);
  };
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async ({ path: report, query }) => {
        const rule = /^\/rules\/([\w-]+)\.md$/.exec(report)?.[1];
        if (rule !== undefined) return rulePage(rule);
        return report === facts.path
          ? host.engine.request('spanlight/tracingFacts', query === '' ? {} : { uri: query })
          : host.engine.request('spanlight/mappingReport', null);
      },
    }),
    registerCommand('spanlight.showMappingReport', host.log, async () => {
      await host.receiver.used();
      await open(mapping);
    }),
    registerCommand('spanlight.showTracingFacts', host.log, async () => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      await open(uri?.scheme === 'file' ? facts.with({ query: uri.toString() }) : facts);
    }),
    registerCommand('spanlight.forgetRefutations', host.log, async () => {
      const count = await host.engine.request('spanlight/forgetRefutations', null);
      const findings = count === 1 ? 'one finding' : `${count} findings`;
      void vscode.window.showInformationMessage(
        count === 0
          ? 'No traces have refuted a finding of lint.'
          : `Forgotten that traces refuted ${findings}. What they show from now on counts.`,
      );
    }),
  ];
}

async function show(report: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', report);
  } catch {
    // The Markdown extension of VS Code can be switched off; the source is readable as it is.
    await vscode.window.showTextDocument(report, { preview: true });
  }
}

/** What a rule of lint finds and how to mend it: the link behind its name in a diagnostic leads here. */
async function rulePage(rule: string): Promise<string> {
  const pages = await readFile(path.join(__dirname, '..', 'src', 'lint', 'RULES.md'), 'utf8');
  return `# ${rule}\n\n${markdownSection(pages, rule) ?? 'There is no such rule.'}\n`;
}
