// Room and stillness: no sideways scrolling, nothing that jumps, no motion for
// those who do not want it.

import { fitsIts, layoutShift } from "./support/looks.js";
import { api, DANA, INES, TESS } from "./support/portal.js";
import { expect, test } from "./support/test.js";

const WIDTHS = [320, 390, 1440];
const MOST_SHIFT = 0.02;

test("sign-in and apps fit every width", async ({ page, portal, watch }) => {
  watch.expect(401, api("/sign-in"));
  await page.goto("/sign-in");
  await portal.atTheDoor();
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert")).toContainText("not right");
  for (const width of WIDTHS) await fitsIts(page, width);
  await portal.signIn(TESS);
  await expect(page.getByRole("link", { name: "shop", exact: true })).toBeVisible();
  for (const width of WIDTHS) await fitsIts(page, width);
});

test("the deploy page fits every width", async ({ page, portal }) => {
  await portal.openDeploy("shop", DANA);
  for (const width of WIDTHS) {
    await fitsIts(page, width);
    await expect(page.getByText("Deployment Package Repository")).toBeVisible();
  }
});

test("dialogs and menus fit every width", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await deploy.transportButton("Production").click();
    await fitsIts(page, width);
    const box = await page.getByRole("dialog").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    await deploy.close();
    await page.getByRole("link", { name: "1.0.0", exact: true }).click();
    await expect(page.getByRole("dialog").getByText("SHA-256")).toBeVisible();
    await fitsIts(page, width);
    await deploy.close();
    await portal.account(TESS).click();
    const item = await page.getByRole("menuitem", { name: "Sign out" }).boundingBox();
    expect((item?.x ?? 0) + (item?.width ?? 0)).toBeLessThanOrEqual(width);
    await page.keyboard.press("Escape");
  }
});

test("the page of an app that is not hers fits every width", async ({ page, portal, watch }) => {
  watch.expect(404, api("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/deploy", INES);
  await expect(page.getByRole("link", { name: "Your apps", exact: true })).toBeVisible();
  for (const width of WIDTHS) await fitsIts(page, width);
});

for (const width of [1440, 390]) {
  test(`nothing jumps while the deploy page arrives, at ${width} px`, async ({ page, portal }) => {
    await page.setViewportSize({ width, height: 900 });
    await portal.open("/apps/shop/deploy");
    await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
    if (!portal.inTab) {
      // Now as someone who is known: the page comes straight.
      await page.reload();
      await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
    }
    expect(await layoutShift(page)).toBeLessThan(MOST_SHIFT);
  });
}

test("under reduced motion nothing moves", async ({ page, portal }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const deploy = await portal.openDeploy();
  await page.evaluate(() => {
    const moving = new Set<string>();
    const look = () => {
      for (const one of document.getAnimations()) {
        const { duration } = one.effect?.getComputedTiming() ?? {};
        const element = (one.effect as KeyframeEffect | null)?.target;
        if (typeof duration === "number" && duration > 10) moving.add(`${element?.className}: ${duration} ms`);
      }
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { moving });
  });
  await deploy.transportButton("Production").click();
  await expect(deploy.dialog).toBeVisible();
  await deploy.close();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  await page.keyboard.press("Escape");
  const moved = await page.evaluate(() => [...(window as unknown as { moving: Set<string> }).moving]);
  expect(moved).toEqual([]);
});

test("what is pressed on a phone is large enough for a thumb", async ({ browser, baseURL }, testInfo) => {
  const { Portal } = await import("./support/portal.js");
  const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}), viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await new Portal(page, testInfo.project.name === "preview").open("/apps/shop/deploy");
  await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
  const small = await page.getByRole("button").evaluateAll((buttons) =>
    buttons
      .map((button) => ({ name: button.getAttribute("aria-label") ?? button.textContent, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height < 44)
      .map(({ name, box }) => `${name}: ${box.height}`),
  );
  expect(small).toEqual([]);
  await context.close();
});
