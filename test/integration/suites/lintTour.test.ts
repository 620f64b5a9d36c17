import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { lintDiagnostics, quickFixes } from '../support/lintDiagnostics';
import { openFile, spanlight, until } from '../support/spanlight';

const RULE = 'JS-FETCH-NO-UNDICI';

/** What people do to files while they are linted, and to what lint hears from: the folder is as before afterwards. */
describe('lint while everything changes, in VS Code', () => {
  let document: vscode.TextDocument;
  let folder: string;
  const saved = new Map<string, string>();

  before(async () => {
    await spanlight();
    ({ document } = await openFile('tracing.js'));
    folder = path.dirname(document.fileName);
    for (const name of ['tracing.js', 'server.js', 'package.json']) saved.set(name, readFileSync(at(name), 'utf8'));
    await found(1);
  });

  afterEach(async () => {
    for (const name of ['.gitignore', 'Dockerfile', 'renamed.js', 'lib'])
      rmSync(at(name), { recursive: true, force: true });
    for (const [name, text] of saved) if (!existsSync(at(name)) || read(name) !== text) write(name, text);
    for (const changed of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(changed);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await openFile('tracing.js');
    await found(1);
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('follows fast typing, and undoing it', async () => {
    const editor = await vscode.window.showTextDocument(document);
    for (let i = 0; i < 30; i++) await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n'));
    await until(
      'the moved place',
      () => (first()?.range.start.line === 34 ? true : undefined),
      () => first(),
    );
    for (let i = 0; i < 30; i++) await vscode.commands.executeCommand('undo');
    await until(
      'the place again',
      () => (first()?.range.start.line === 4 ? true : undefined),
      () => first(),
    );
  });

  it('puts a comment above the line whose reason is what is written next', async () => {
    const editor = await vscode.window.showTextDocument(document);
    const fixes = await quickFixes(document.uri, first()!.range);
    const ignore = fixes.find(({ title }) => title === `Ignore ${RULE} here`);
    assert.ok(ignore?.edit, fixes.map(({ title }) => title).join());
    assert.ok(await vscode.workspace.applyEdit(ignore.edit));
    assert.equal(document.lineAt(4).text, `  // spanlight-ignore ${RULE}: reason`);
    assert.match(document.lineAt(5).text, /^ {2}instrumentations/);
    await until('the note about the reason', () =>
      notes().find(({ message }) => message.startsWith('No reason is given')),
    );
    await found(0);
    const start = document.lineAt(4).text.indexOf('reason');
    await editor.edit((edit) => edit.replace(new vscode.Range(4, start, 4, start + 6), 'the mesh adds the headers'));
    await until('no note', () => (notes().length === 0 ? true : undefined), notes);
  });

  it('hears of .gitignore, of a Dockerfile that loads an agent, and of another branch', async () => {
    // A file that git does not track, as server.js may be tracked, and is read then whatever is ignored.
    mkdirSync(at('lib'));
    write('lib/calls.js', saved.get('server.js')!);
    write('server.js', "require('./lib/calls');\n");
    await foundIn('/lib/calls.js');
    write('.gitignore', 'lib\n');
    await found(0);
    rmSync(at('.gitignore'));
    await foundIn('/lib/calls.js');
    write('server.js', saved.get('server.js')!);
    rmSync(at('lib'), { recursive: true });
    await foundIn('/server.js');
    write('Dockerfile', 'FROM node:20\nENV NODE_OPTIONS="--require dd-trace/init"\nCMD ["npm", "start"]\n');
    await found(0);
    rmSync(at('Dockerfile'));
    await found(1);
    write(
      'package.json',
      saved
        .get('package.json')!
        .replace(/"@opentelemetry.*\n/g, '')
        .replace(/,(\s*\})/, '$1'),
    );
    write('server.js', saved.get('server.js')!.replace('fetch(', 'find('));
    await found(0);
    for (const [name, text] of saved) write(name, text);
    await found(1);
  });

  it('hears of files that are renamed, that grow beyond reading, and of folders that go', async () => {
    renameSync(at('server.js'), at('renamed.js'));
    write('package.json', saved.get('package.json')!.replace('server.js', 'renamed.js'));
    await foundIn('/renamed.js');
    rmSync(at('renamed.js'));
    write('package.json', saved.get('package.json')!);
    write('server.js', `${saved.get('server.js')}// ${'x'.repeat(2_000_000)}\n`);
    await found(0);
    mkdirSync(at('lib'));
    write('lib/calls.js', saved.get('server.js')!);
    write('server.js', "require('./lib/calls');\n");
    await found(1);
    rmSync(at('lib'), { recursive: true });
    await found(0);
  });

  it('follows what is typed into a manifest, and mends from there', async () => {
    const editor = await openFile('package.json');
    const manifest = editor.document;
    const [hint] = await until('the hint in the manifest', () => {
      const list = lintDiagnostics(manifest.uri, RULE);
      return list.length > 0 ? list : undefined;
    });
    assert.equal(hint!.severity, vscode.DiagnosticSeverity.Hint);
    const [fix] = await quickFixes(manifest.uri, hint!.range);
    assert.equal(fix?.title, 'Add UndiciInstrumentation');
    assert.ok(await vscode.workspace.applyEdit(fix.edit!));
    assert.match(manifest.getText(), /"@opentelemetry\/instrumentation-undici": "/);
    assert.doesNotThrow(() => JSON.parse(manifest.getText()));
    await found(0);
  });

  function at(name: string): string {
    return path.join(folder, name);
  }

  function read(name: string): string {
    return readFileSync(at(name), 'utf8');
  }

  function write(name: string, text: string): void {
    writeFileSync(at(name), text);
  }

  function first(): vscode.Diagnostic | undefined {
    return lintDiagnostics(document.uri, RULE)[0];
  }

  function notes(): vscode.Diagnostic[] {
    return lintDiagnostics(document.uri, 'spanlight-ignore');
  }

  function foundIn(file: string): Promise<true> {
    const isIn = () => first()?.relatedInformation?.some(({ location }) => location.uri.path.endsWith(file)) === true;
    return until(`the call in ${file}`, () => (isIn() ? true : undefined));
  }

  function found(count: number): Promise<true> {
    return until(
      `${count} findings`,
      () => (lintDiagnostics(document.uri, RULE).length === count ? true : undefined),
      () => vscode.languages.getDiagnostics(document.uri),
    );
  }
});
