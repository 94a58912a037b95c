// What is measured of how a page looks: accessibility rules, room, stillness.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails where axe finds something, in light and in dark. */
export async function isAccessible(page: Page) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settled(page);
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${colorScheme}: ${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
    expect(found).toEqual([]);
  }
}

/** Waits until nothing moves any more. */
export async function settled(page: Page) {
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity),
  );
}

/** Fails if the page can be scrolled sideways, and says what sticks out. */
export async function fitsIts(page: Page, width: number) {
  await page.setViewportSize({ width, height: 800 });
  await settled(page);
  const sticksOut = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const seen = [...document.querySelectorAll("body *")].filter((one) => !one.closest(".visually-hidden, thead"));
    const wide = seen.filter((one) => one.getBoundingClientRect().right > room + 1);
    return [`${document.documentElement.scrollWidth} > ${room}`, ...wide.map((one) => `${one.tagName}.${one.className}`)];
  });
  expect(sticksOut, `at ${width} px`).toEqual([]);
}

/** Sums what jumped since the page was opened, what the reader's own acts moved left aside. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
            if (!entry.hadRecentInput) sum += entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 500);
      }),
  );
}
