import type { Page } from 'playwright-core';

/** Nanoseconds from the trace's start. */
export interface SeenWindow {
  readonly from: number;
  readonly to: number;
}

/** The time that the waterfall shows now. The page saves its state at once when it is about to be hidden, else a while later. */
export function seenWindow(page: Page): Promise<SeenWindow> {
  return page.evaluate(() => {
    window.dispatchEvent(new Event('pagehide'));
    return (JSON.parse(sessionStorage.getItem('state') ?? '{}') as { zoom: { from: number; to: number } }).zoom;
  });
}

/** The time shown once it is not `before` any more: the browser says that it took the wheel, not that the page acted. */
export async function seenWindowAfter(page: Page, before: SeenWindow): Promise<SeenWindow> {
  for (;;) {
    const now = await seenWindow(page);
    if (now.from !== before.from || now.to !== before.to) return now;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}
