import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { supportedLanguages } from '../../../src/vscode/contributions';
import { lineOf, openFile, spanlight, until } from '../support/spanlight';

describe('a language that VS Code does not ship, in VS Code', () => {
  before(() => spanlight());

  it('is known, as all are whose functions can carry hints', async () => {
    const known = await vscode.languages.getLanguages();
    assert.deepEqual(
      supportedLanguages.filter((id) => !known.includes(id)),
      [],
    );
  });

  it('shows in an open file where the trace breaks', async () => {
    const { document } = await openFile('src/main/kotlin/Stock.kt');
    const [found, ...others] = await until('a finding in Kotlin', () => {
      const list = vscode.languages.getDiagnostics(document.uri);
      return list.length > 0 ? list : undefined;
    });
    assert.deepEqual([document.languageId, others], ['kotlin', []]);
    assert.equal(found!.range.start.line, lineOf(document, 'RestTemplate()'));
    assert.match(found!.message, /build\.gradle\.kts:9/);
  });
});
