// Layout: no horizontal scrolling, little layout shift, no animation under
// reduced motion, large touch targets.

import { DANA, INES, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { expectNoHorizontalScroll, layoutShift } from "./support/page-checks.js";
import { expect, needsServer, test } from "./support/test.js";

const WIDTHS = [320, 390, 1440];
const MAX_LAYOUT_SHIFT = 0.02;

test("the sign-in and apps pages do not scroll sideways", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, apiPath("/sign-in"));
  await page.goto("/sign-in");
  await portal.waitForSignInPage();
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert")).toContainText("not right");
  for (const width of WIDTHS) await expectNoHorizontalScroll(page, width);
  await portal.signIn(TESS);
  await expect(page.getByRole("link", { name: "shop", exact: true })).toBeVisible();
  for (const width of WIDTHS) await expectNoHorizontalScroll(page, width);
});

test("nothing but the page itself takes room", async ({ page, portal }) => {
  await page.setViewportSize({ width: 1440, height: 2_000 });
  await portal.openDeployPage();
  // The icons are put into the page a little later.
  await expect(page.locator("svg[data-icon-sprite]")).toBeAttached();
  await expect(page.locator("svg[data-icon-sprite] symbol").first()).toBeAttached();
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(2_000);
});

test("the deploy page does not scroll sideways", async ({ page, portal }) => {
  await portal.openDeployPage("shop", DANA);
  for (const width of WIDTHS) {
    await expectNoHorizontalScroll(page, width);
    await expect(page.getByText("Deployment Package Repository")).toBeVisible();
  }
});

test("dialogs and menus stay within the viewport", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await deploy.transportButton("Production").click();
    await expectNoHorizontalScroll(page, width);
    const box = await page.getByRole("dialog").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    await deploy.closeDialog();
    await page.getByRole("link", { name: "1.0.0", exact: true }).click();
    await expect(page.getByRole("dialog").getByText("SHA-256")).toBeVisible();
    await expectNoHorizontalScroll(page, width);
    await deploy.closeDialog();
    await portal.accountButton(TESS).click();
    const item = await page.getByRole("menuitem", { name: "Sign out" }).boundingBox();
    expect((item?.x ?? 0) + (item?.width ?? 0)).toBeLessThanOrEqual(width);
    await page.keyboard.press("Escape");
  }
});

test("the not-found page of an app does not scroll sideways", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(404, apiPath("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/deploy", INES);
  await expect(page.getByRole("link", { name: "Your apps", exact: true })).toBeVisible();
  for (const width of WIDTHS) await expectNoHorizontalScroll(page, width);
});

for (const width of [1440, 390]) {
  test(`the layout shift stays below the limit while the deploy page loads, at ${width} px`, async ({ page, portal }) => {
    await page.setViewportSize({ width, height: 900 });
    await portal.open("/apps/shop/deploy");
    await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
    if (!portal.isPreview) {
      // Now the session exists, so the page loads without the sign-in page before it.
      await page.reload();
      await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
    }
    expect(await layoutShift(page)).toBeLessThan(MAX_LAYOUT_SHIFT);
  });
}

test("no animation runs under reduced motion", async ({ page, portal }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const deploy = await portal.openDeployPage();
  await page.evaluate(() => {
    const animated = new Set<string>();
    const recordAnimations = () => {
      for (const animation of document.getAnimations()) {
        const { duration } = animation.effect?.getComputedTiming() ?? {};
        const element = (animation.effect as KeyframeEffect | null)?.target;
        if (typeof duration === "number" && duration > 10) animated.add(`${element?.className}: ${duration} ms`);
      }
      requestAnimationFrame(recordAnimations);
    };
    recordAnimations();
    Object.assign(window, { animated });
  });
  await deploy.transportButton("Production").click();
  await expect(deploy.dialog).toBeVisible();
  await deploy.closeDialog();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  await page.keyboard.press("Escape");
  const animated = await page.evaluate(() => [...(window as unknown as { animated: Set<string> }).animated]);
  expect(animated).toEqual([]);
});

test("buttons are at least 44 px high on a touch screen", async ({ browser, baseURL }, testInfo) => {
  const { Portal } = await import("./support/portal.js");
  const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}), viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await new Portal(page, testInfo.project.name === "preview").open("/apps/shop/deploy");
  await expect(page.getByText("shop-1.0.0.mda")).toBeVisible();
  const tooSmall = await page.getByRole("button").evaluateAll((buttons) =>
    buttons
      .map((button) => ({ name: button.getAttribute("aria-label") ?? button.textContent, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height < 44)
      .map(({ name, box }) => `${name}: ${box.height}`),
  );
  expect(tooSmall).toEqual([]);
  await context.close();
});

test.describe("on the server", () => {
  needsServer();

  // The first style sheet names the order of the layers. Behind another one it would put the reset above everything.
  for (const path of ["/apps/shop", "/apps/shop/deploy", "/apps/shop/activity"]) {
    test(`the styles of the first pages come first at ${path}`, async ({ page, portal }) => {
      await portal.openDeployPage();
      await page.goto(path);
      await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
      const sheets = () => page.evaluate(() => [...document.styleSheets].map((sheet) => sheet.href?.match(/(style|deferred)-/)?.[1]));
      await expect.poll(sheets).toEqual(["style", "deferred"]);
    });
  }
});
