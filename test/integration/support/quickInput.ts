/** VS Code's lists and input boxes at the top, as a person uses them. */
import type { Locator, Page } from 'playwright-core';

/** An entry of the list, by what a screen reader says of it: label, description and detail, with commas between. */
export function option(page: Page, words: RegExp): Locator {
  return page.locator('.quick-input-list').getByRole('option', { name: words }).first();
}

/** Waits for the list with this placeholder and chooses the entry that begins with a label. */
export async function choose(page: Page, label: string, placeholder: RegExp): Promise<void> {
  await page.locator('.quick-input-widget').getByPlaceholder(placeholder).waitFor();
  await option(page, new RegExp(`^([\\w~-]+ +)?${label}`)).click();
}

/** Waits for the input box with this prompt, and answers it. */
export async function write(page: Page, text: string, prompt: RegExp): Promise<void> {
  await page.locator('.quick-input-widget', { hasText: prompt }).waitFor();
  await page.keyboard.press('Control+KeyA');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}
