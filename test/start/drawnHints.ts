import type { Page } from 'playwright-core';
import { chooseIn } from '../integration/support/quickInput';

/** A hint as it stands on the screen. */
export interface DrawnHint {
  /** Counted from 1, as the editor's margin does. */
  readonly line: number;
  readonly words: string;
}

/**
 * The hints in the part of the active editor that is on the screen. VS Code draws them as generated content, one piece
 * for each colour; a line and its number are in different layers at the same height.
 */
export function drawnHints(page: Page): Promise<DrawnHint[]> {
  return page.evaluate(() => {
    const editor = document.querySelector('.editor-group-container.active .monaco-editor');
    const numbers = new Map<string, number>();
    for (const row of editor?.querySelectorAll<HTMLElement>('.margin-view-overlays > div') ?? []) {
      numbers.set(row.style.top, Number(row.querySelector('.line-numbers')?.textContent));
    }
    const hints = [];
    for (const line of editor?.querySelectorAll<HTMLElement>('.view-line') ?? []) {
      const pieces = [...line.querySelectorAll('span')].map((span) => {
        const { content } = getComputedStyle(span, '::after');
        return content === 'none' || content === 'normal' ? '' : content.slice(1, -1);
      });
      const words = pieces
        .join('')
        .replaceAll(/[\u202f\u00a0]/g, ' ')
        .trim();
      if (words) hints.push({ line: numbers.get(line.style.top) ?? 0, words });
    }
    return hints.sort((a, b) => a.line - b.line);
  });
}

/** Opens a file of the workspace by its path, through quick open. */
export async function openByPath(page: Page, file: string): Promise<void> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const row = page
    .locator(`.quick-input-list .monaco-list-row[aria-label*="${file.replace('/', ', ')}"]`)
    .or(page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }));
  await chooseIn(page, 'Control+KeyP', file, row);
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}
