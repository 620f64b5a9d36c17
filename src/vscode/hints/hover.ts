import * as vscode from 'vscode';
import type { ThemeKind } from '../../protocol/engine';
import { commands, supportedLanguages } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import { hoverMarkdown } from './markdown';

/** The files whose functions can carry hints, for providers. */
export const hintSelector: vscode.DocumentSelector = supportedLanguages.map((language) => ({
  scheme: 'file',
  language,
}));

/** Hovers from the engine, merged by the editor with those of others. Silent while no engine runs. */
export class HoverProvider implements vscode.HoverProvider {
  constructor(private readonly engine: EngineClient) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const content = await this.engine.ask(
      'spanlight/hover',
      { uri: document.uri.toString(), line: position.line, column: position.character, theme: themeKind() },
      token,
    );
    if (!content || content.sections.length === 0) return undefined;
    const text = new vscode.MarkdownString(hoverMarkdown(content));
    text.isTrusted = { enabledCommands: Object.keys(commands) };
    const { startLine, startColumn, endLine, endColumn } = content.range;
    return new vscode.Hover(text, new vscode.Range(startLine, startColumn, endLine, endColumn));
  }
}

/** The theme that pictures are drawn for. */
export function themeKind(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return 'light';
    case vscode.ColorThemeKind.Dark:
      return 'dark';
    case vscode.ColorThemeKind.HighContrast:
      return 'highContrast';
    case vscode.ColorThemeKind.HighContrastLight:
      return 'highContrastLight';
  }
}
