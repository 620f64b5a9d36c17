/** VS Code's lists and input boxes at the top, as a person uses them who looks whether what he did was taken. */
import type { Locator, Page } from 'playwright-core';
import { SLOW_MS, waitFor } from '../../support/processes';

/** What was chosen or written and is still there after this long was not taken: a list drawn anew swallows a click. */
const TAKEN_MS = 5_000;

/** Opens a file through quick open. */
export async function openByName(page: Page, name: string): Promise<void> {
  await waitFor(`the editor of ${name}`, SLOW_MS, async () => {
    await chooseIn(page, 'Control+KeyP', name, rows(page).filter({ hasText: name }));
    await page.locator('.tab.active', { hasText: name }).waitFor({ timeout: SLOW_MS / 4 });
    return true;
  });
}

/** Runs a command through the palette. */
export async function runFromPalette(page: Page, title: string): Promise<void> {
  await chooseIn(page, 'F1', `>${title}`, rows(page).filter({ hasText: title }));
}

/** An entry of the list, by what a screen reader says of it: label, description and detail, with commas between. */
export function option(page: Page, words: RegExp): Locator {
  return page.locator('.quick-input-list').getByRole('option', { name: words }).first();
}

/** Waits for the list with this placeholder and chooses the entry that begins with a label. */
export async function choose(page: Page, label: string, placeholder: RegExp): Promise<void> {
  await widget(page).getByPlaceholder(placeholder).waitFor();
  await clickUntilTaken(page, option(page, new RegExp(`^([\\w~-]+ +)?${label}`)));
}

/** Chooses an entry of the list that is open, or presses a button of one: until the list is another, or gone. */
export async function clickUntilTaken(page: Page, entry: Locator): Promise<void> {
  await entry.waitFor();
  const before = await nowOpen(page);
  await waitFor('another list', SLOW_MS, async () => {
    if ((await nowOpen(page)) === before) await entry.click({ timeout: TAKEN_MS });
    return taken(async () => (await nowOpen(page)) !== before);
  });
}

/** Waits for the input box with this prompt, and answers it. */
export async function write(page: Page, text: string, prompt: RegExp): Promise<void> {
  await widget(page).filter({ hasText: prompt }).waitFor();
  const field = fieldOf(page);
  await field.fill(text);
  await waitFor(`an end of the question ${String(prompt)}`, SLOW_MS, async () => {
    if (await holds(field, text)) await field.press('Enter', { timeout: TAKEN_MS });
    return taken(async () => !(await holds(field, text)));
  });
}

/** Runs a command and answers its only question; once more where a page that takes the keyboard closed the question. */
export async function runAndWrite(page: Page, title: string, text: string, prompt: RegExp): Promise<void> {
  const field = fieldOf(page);
  const box = widget(page).filter({ hasText: prompt });
  await waitFor(`an end of the question ${String(prompt)}`, SLOW_MS, async () => {
    if (!(await box.isVisible())) await runFromPalette(page, title);
    await box.waitFor({ timeout: TAKEN_MS });
    await field.fill(text, { timeout: TAKEN_MS });
    await field.press('Enter', { timeout: TAKEN_MS });
    return taken(async () => !(await holds(field, text)));
  });
}

/** The entries of the list. */
export function rows(page: Page): Locator {
  return page.locator('.quick-input-list .monaco-list-row');
}

/**
 * Opens quick open by a key, writes into it and clicks the first of these entries. What is typed goes where the
 * keyboard is, which a page that loads may take away: so the text is put into the field.
 */
export async function chooseIn(page: Page, key: string, text: string, entries: Locator): Promise<void> {
  const field = fieldOf(page);
  await untilClosed(page);
  await waitFor(`"${text}" in quick open`, SLOW_MS, async () => {
    if (!(await field.isVisible())) {
      await page.keyboard.press(key);
      await field.waitFor({ timeout: TAKEN_MS });
    }
    await field.fill(text, { timeout: TAKEN_MS });
    await entries.first().click({ timeout: SLOW_MS / 4 });
    return taken(async () => !(await holds(field, text)));
  });
}

/** What was open before goes away by itself, unless a test that failed left it. */
async function untilClosed(page: Page): Promise<void> {
  await widget(page)
    .waitFor({ state: 'hidden', timeout: TAKEN_MS })
    .catch(() => page.keyboard.press('Escape'));
  await widget(page).waitFor({ state: 'hidden' });
}

function widget(page: Page): Locator {
  return page.locator('.quick-input-widget');
}

function fieldOf(page: Page): Locator {
  return widget(page).locator('input');
}

async function holds(field: Locator, text: string): Promise<boolean> {
  return (await field.isVisible()) && (await field.inputValue()) === text;
}

/** Which list or box it is: they differ in what stands in their empty fields. Undefined where none is open. */
async function nowOpen(page: Page): Promise<string | undefined> {
  if (!(await widget(page).isVisible())) return undefined;
  return (await fieldOf(page).getAttribute('placeholder')) ?? '';
}

/** True as soon as it is so; undefined where it is not in time, which means once more. */
function taken(isSo: () => Promise<boolean>): Promise<true | undefined> {
  const ready = async (): Promise<true | undefined> => ((await isSo()) ? true : undefined);
  return waitFor('the end of a list', TAKEN_MS, ready, 50).catch(() => undefined);
}
