import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lintDiagnostics } from '../support/lintDiagnostics';
import { openFile, spanlight, until } from '../support/spanlight';

const RULE = 'JS-FETCH-NO-UNDICI';
const CONSUME = 'JS-KAFKA-CONSUME-DROP';

/** Added to the server: messages that begin new traces, unless what the handler calls reads their headers. */
const READER = `
const { Consumer } = require('kafka-node');
const { resumed } = require('@acme/bus');
const { trace } = require('@opentelemetry/api');

const consumer = new Consumer(client, [{ topic: 'orders' }], {});
consumer.on('message', (message) => {
  resumed(message);
  trace.getTracer('stock').startActiveSpan('count', (span) => span.end());
});
`;

const SETTINGS = ['scope', 'severities', 'coveredBy', 'injectHelpers', 'extractHelpers', 'assumedAgents'] as const;

describe('the settings of lint, in VS Code', () => {
  let uri: vscode.Uri;

  before(async () => {
    await spanlight();
    uri = (await openFile('tracing.js')).document.uri;
    await shown('Warning');
  });

  afterEach(async () => {
    for (const name of SETTINGS) await set(name, undefined);
    await shown('Warning');
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('give a rule another severity, and switch it off', async () => {
    await set('severities', { [RULE]: 'error' });
    await shown('Error');
    await set('severities', { [RULE]: 'hint' });
    await shown('Hint');
    await set('severities', { [RULE]: 'off' });
    await shown();
  });

  it('say what covers a library, and which agents are added', async () => {
    await set('coveredBy', ['undici: service mesh']);
    await shown();
    await set('coveredBy', []);
    await shown('Warning');
    await set('assumedAgents', ['otel-operator-nodejs']);
    await shown();
    // One of another language is in no Node process.
    await set('assumedAgents', ['otel-java-agent']);
    await shown('Warning');
  });

  it('name functions of your own that send the context, and that read it', async () => {
    const { document } = await openFile('server.js');
    const before = document.getText();
    const asked = 'await fetch(`${process.env.STOCK_URL}/items`)';
    await write(document, before.replace(asked, asked.replace(/\)$/, ', { headers: stamped({}) })')));
    await shown('Warning');
    await set('injectHelpers', ['stamped']);
    await shown();
    await set('injectHelpers', ['another']);
    await shown('Warning');

    await write(document, `${before}${READER}`);
    await shownIn(document.uri, CONSUME, 'Warning');
    await set('extractHelpers', ['resumed']);
    await shownIn(document.uri, CONSUME);
    await write(document, before);
  });

  it('are completed with the rules and agents there are, and underlined where they are none', async () => {
    // It is never saved: it only has the name of a workspace's settings.
    const name = vscode.Uri.from({ scheme: 'untitled', path: '/shop/.vscode/settings.json' });
    const document = await vscode.workspace.openTextDocument(name);
    await vscode.window.showTextDocument(document);
    const text = `{
  "spanlight.lint.severities": { "NO-SUCH": "off", "": "off" },
  "spanlight.lint.assumedAgents": [""],
  "spanlight.lint.injectHelpers": ["addHeaders()"]
}
`;
    try {
      await write(document, text);
      const offered = async (before: string): Promise<readonly vscode.CompletionItem[] | undefined> => {
        const at = document.positionAt(text.indexOf(before) + before.length);
        const list = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          document.uri,
          at,
        );
        return list.items.length > 0 ? list.items : undefined;
      };
      const rule = await until('a completion of rules', async () =>
        (await offered('"off", "'))?.find(({ label }) => nameOf(label) === RULE),
      );
      assert.match(wordsOf(rule), /fetch or undici in a process without undici instrumentation \(warning\)/);
      await until('a completion of agents', async () =>
        (await offered('Agents": ["'))?.find(({ label }) => nameOf(label) === 'otel-operator-nodejs'),
      );
      const problems = (): string[] => vscode.languages.getDiagnostics(document.uri).map(({ message }) => message);
      await until('what is wrong', () => (problems().length >= 3 ? true : undefined), problems);
      assert.deepEqual([...new Set(problems())].sort(), [
        'There is no such agent.',
        'There is no such rule.',
        'Write the name of a function without parentheses, as in "http.addTraceHeaders".',
      ]);
    } finally {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });

  it('choose between open files, the whole workspace and nothing', async () => {
    await set('scope', 'off');
    await shown();
    assert.match(await facts(), /Nothing is linted: `spanlight\.lint\.scope` is `off`/);
    await set('scope', 'workspace');
    await shown('Warning');
    await set('scope', 'openFiles');
    await shown('Warning');
  });

  it('are told where they are wrong, and what would be right', async () => {
    await set('severities', { 'JS-FETCH-NO-UNDICY': 'off' });
    await shown('Warning');
    await until('a word about it', async () =>
      /spanlight\.lint\.severities: There is no rule "JS-FETCH-NO-UNDICY".*JS-FETCH-NO-UNDICI is one/.test(
        await facts(),
      )
        ? true
        : undefined,
    );
  });

  async function set(name: (typeof SETTINGS)[number], value: unknown): Promise<void> {
    const section = vscode.workspace.getConfiguration('spanlight.lint');
    await section.update(name, value, vscode.ConfigurationTarget.Global);
  }

  async function write(document: vscode.TextDocument, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(document.uri, all, text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }

  function shown(...severities: string[]): Promise<true> {
    return shownIn(uri, RULE, ...severities);
  }

  function shownIn(file: vscode.Uri, rule: string, ...severities: string[]): Promise<true> {
    const now = (): string[] => lintDiagnostics(file, rule).map(({ severity }) => vscode.DiagnosticSeverity[severity]);
    return until(
      `${severities.join() || 'nothing'}`,
      () => (now().join() === severities.join() ? true : undefined),
      now,
    );
  }

  /** The page of **Why Is This Covered?**, as of now. */
  async function facts(): Promise<string> {
    const page = vscode.Uri.from({ scheme: 'spanlight', path: '/Tracing facts.md', query: `${uri.toString()}` });
    // A document that nobody shows is asked for anew.
    await vscode.commands.executeCommand('spanlight.showTracingFacts');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const all = page.with({ query: `${Date.now()}` });
    return (await vscode.workspace.openTextDocument(all)).getText();
  }
});

function nameOf(label: vscode.CompletionItem['label']): string {
  return (typeof label === 'string' ? label : label.label).replace(/^"|"$/g, '');
}

function wordsOf({ detail, documentation }: vscode.CompletionItem): string {
  return `${detail} ${typeof documentation === 'object' ? documentation.value : documentation}`;
}
