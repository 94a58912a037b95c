// Checks of a rendered page: accessibility, horizontal overflow, layout shift.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails when axe finds a violation in the light or the dark colour scheme. */
export async function expectAccessible(page: Page) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await waitForAnimations(page);
    const { violations } = await new AxeBuilder({ page }).withTags(WCAG_TAGS).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${colorScheme}: ${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
    expect(found).toEqual([]);
  }
}

/** Waits until all animations have ended, except those that repeat for ever. */
export async function waitForAnimations(page: Page) {
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.playState !== "running" || animation.effect?.getTiming().iterations === Infinity),
  );
}

/** Fails when the page can be scrolled horizontally at this width, and lists the elements that overflow. */
export async function expectNoHorizontalScroll(page: Page, width: number) {
  await page.setViewportSize({ width, height: 800 });
  await waitForAnimations(page);
  const overflowing = await page.evaluate(() => {
    const available = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= available) return [];
    const visible = [...document.querySelectorAll("body *")].filter((element) => !element.closest(".visually-hidden, thead"));
    const tooWide = visible.filter((element) => element.getBoundingClientRect().right > available + 1);
    return [`${document.documentElement.scrollWidth} > ${available}`, ...tooWide.map((element) => `${element.tagName}.${element.className}`)];
  });
  expect(overflowing, `at ${width} px`).toEqual([]);
}

/** Returns the sum of all layout shifts since the page was opened, except those that follow user input. */
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
