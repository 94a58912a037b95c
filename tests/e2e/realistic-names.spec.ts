// Names as long as they are in practice: the demo's app "kundenportal" with five environments, long versions and people
// whose names are long, Thai or Arabic.

import { LAYLA, MAXIMILIANE } from "./support/demo-accounts.js";
import { expectAccessible, expectNoHorizontalScroll } from "./support/page-checks.js";
import { expect, test } from "./support/test.js";

const VERSION = "1.4.0-rc.12+build.20261129";
const WIDTHS = [1440, 1132, 1024, 820, 819, 390, 320];

test.setTimeout(120_000);

test("nothing scrolls sideways and every act stays in view", async ({ page, portal }) => {
  await portal.open("/apps", MAXIMILIANE);
  await expect(page.getByRole("link", { name: "Kundenportal & Händlernetz", exact: true })).toBeVisible();
  for (const width of WIDTHS) await expectNoHorizontalScroll(page, width);
  await page.getByRole("link", { name: "Kundenportal & Händlernetz", exact: true }).click();
  await expect(page.getByRole("article", { name: "Produktion" })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(4);
  for (const width of WIDTHS) {
    await expectNoHorizontalScroll(page, width);
    const buttons = await page.getByRole("main").getByRole("button").all();
    for (const button of buttons) {
      const box = await button.boundingBox();
      if (box) expect(box.x + box.width, `${await button.innerText()} at ${width} px`).toBeLessThanOrEqual(width);
    }
  }
  // The transport dialog has both versions side by side, neither over the other.
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await page.getByRole("button", { name: "Transport to Test" }).click();
    const dialog = page.getByRole("dialog", { name: `Transport ${VERSION} to Test` });
    await expect(dialog).toBeVisible();
    await expectNoHorizontalScroll(page, width);
    const [from, to] = await dialog.locator(".way-side").all();
    const [left, right] = [await from!.boundingBox(), await to!.boundingBox()];
    const besides = left!.x + left!.width <= right!.x + 1;
    const below = left!.y + left!.height <= right!.y + 1;
    expect(besides || below, `at ${width} px`).toBe(true);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }
});

for (const width of [1440, 1024, 820, 390, 320]) {
  test(`the pages of the app have no axe violations at ${width} px`, async ({ page, portal }) => {
    await page.setViewportSize({ width, height: 900 });
    await portal.open("/apps/kundenportal/deploy", LAYLA);
    await expect(page.getByRole("row")).toHaveCount(4);
    await expectAccessible(page);
    await page.getByRole("link", { name: VERSION }).first().click();
    await expect(page.getByRole("dialog").getByText("SHA-256")).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.goto("/apps/kundenportal/activity");
    await expect(page.getByRole("link", { name: VERSION }).first()).toBeVisible();
    await expectAccessible(page);
  });
}

test("a version is cut in its middle, and whole in the tooltip and in what is copied", async ({ page, portal }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await portal.open("/apps/kundenportal/deploy", MAXIMILIANE);
  const link = page.getByRole("row").getByRole("link", { name: VERSION });
  await expect(link).toBeVisible();
  const version = link.locator(".version");
  const start = version.locator(".version-start");
  expect(await start.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  const end = await version.evaluate((element) => {
    const { content, inlineSize } = getComputedStyle(element, "::after");
    return { content, width: Number.parseFloat(inlineSize), free: element.clientWidth - element.firstElementChild!.clientWidth };
  });
  expect(end.content).toContain('"20261129"');
  expect(end.width).toBeGreaterThan(50);
  expect(end.free, "the end has its place").toBeGreaterThanOrEqual(Math.floor(end.width));
  // Where there is room, nothing is cut.
  await page.setViewportSize({ width: 1440, height: 900 });
  const short = page.getByRole("row").getByRole("link", { name: "1.3.2+build.20261102" }).locator(".version");
  expect(await short.evaluate((element) => Number.parseFloat(getComputedStyle(element, "::after").inlineSize))).toBe(0);
  await page.setViewportSize({ width: 390, height: 900 });

  await page.keyboard.press("Tab");
  await link.focus();
  await expect(page.getByRole("tooltip")).toHaveText(VERSION);
  await page.keyboard.press("Escape");
  await link.hover();
  await expect(page.getByRole("tooltip")).toHaveText(VERSION);
  const copied = await version.evaluate((element) => {
    getSelection()!.selectAllChildren(element);
    return getSelection()!.toString();
  });
  expect(copied).toBe(VERSION);
});

test("on tablets and small laptops the rail is icons, and three cards stand side by side", async ({ page, portal }) => {
  await portal.openDeployPage();
  const cards = page.getByRole("article");
  const activity = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" });
  for (const [width, inARow] of [[1132, true], [820, true], [819, false]] as const) {
    await page.setViewportSize({ width, height: 900 });
    const tops = await cards.evaluateAll((all) => all.map((card) => card.getBoundingClientRect().top));
    expect(new Set(tops.map(Math.round)).size === 1, `at ${width} px`).toBe(inARow);
  }
  await page.setViewportSize({ width: 1024, height: 900 });
  expect((await activity.boundingBox())!.width).toBeLessThan(60);
  await activity.hover();
  await expect(page.getByRole("tooltip")).toHaveText("Activity");
});

test("at 400 % zoom nothing that has the focus is hidden", async ({ page, portal }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await portal.openDeployPage();
  const hidden: string[] = [];
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press("Tab");
    await page.waitForTimeout(60);
    const covered = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      const box = focused.getBoundingClientRect();
      const points = [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [box.left + box.width * x, box.top + box.height * y] as const));
      const isVisible = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return !!top && (focused.contains(top) || top.contains(focused));
      });
      return isVisible ? null : (focused.textContent ?? focused.tagName).trim();
    });
    if (covered !== null) hidden.push(covered);
  }
  expect(hidden).toEqual([]);
  // Bars take no more than a third of the height.
  const bars = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((element) => ["sticky", "fixed"].includes(getComputedStyle(element).position) && element.getClientRects().length > 0)
      .filter((element) => !element.matches(".skip-link, .visually-hidden, [popover]") && element.getBoundingClientRect().width > innerWidth / 2)
      .reduce((sum, element) => sum + element.getBoundingClientRect().height, 0),
  );
  expect(bars).toBeLessThanOrEqual(256 / 3);
});
