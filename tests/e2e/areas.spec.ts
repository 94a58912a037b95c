// The areas of the split release build: each is loaded when it is first needed. A slow part leaves a placeholder, and a
// part that cannot be loaded a message from which the visitor can go on.

import type { Page } from "@playwright/test";
import { TESS } from "./support/demo-accounts.js";
import { SECOND, type Portal } from "./support/portal.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

/** How a signed-in visitor gets from the apps page to each area, and what is there when it has loaded. */
const AREAS = [
  { area: "packages", open: openDeploy, content: (page: Page) => page.getByRole("button", { name: "Upload package" }) },
  { area: "activity", open: openActivity, content: (page: Page) => page.getByRole("heading", { name: "Activity" }) },
  {
    area: "dialogs",
    open: async (page: Page) => {
      await openDeploy(page);
      await page.getByRole("button", { name: "Upload package" }).click();
    },
    content: (page: Page) => page.getByRole("dialog", { name: "Upload" }),
  },
  {
    area: "step_up",
    open: async (page: Page) => {
      await openDeploy(page);
      await page.getByRole("article", { name: "Production" }).getByRole("button", { name: "Restart" }).click();
    },
    content: (page: Page) => page.getByRole("dialog", { name: "Two-Factor Authentication" }),
  },
];

async function openDeploy(page: Page) {
  await page.getByRole("link", { name: "shop" }).first().click();
  await expect(page.getByRole("article").first()).toBeVisible();
}

async function openActivity(page: Page) {
  await openDeploy(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
}

async function openApps(page: Page, portal: Portal) {
  await portal.open("/apps");
  await expect(page.getByRole("heading", { name: "Apps" })).toBeVisible();
}

/** Intercepts the file of an area. */
function routeArea(page: Page, area: string, handler: Parameters<Page["route"]>[1]) {
  return page.route(new RegExp(`/split_${area}\\.wasm$`), handler);
}

for (const { area, open, content } of AREAS) {
  test(`a slow ${area} part is shown once it has loaded`, async ({ page, portal }) => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await routeArea(page, area, async (route) => {
      await released;
      await route.continue();
    });
    await openApps(page, portal);
    await open(page);
    await expect(content(page)).toHaveCount(0);
    release();
    await expect(content(page)).toBeVisible({ timeout: 20 * SECOND });
  });

  test(`a failing ${area} part says so and can be loaded again`, async ({ page, portal, errorMonitor }) => {
    errorMonitor.ignoreUrls(() => true);
    let attempts = 0;
    await routeArea(page, area, (route) => (++attempts === 1 ? route.abort() : route.continue()));
    await openApps(page, portal);
    await open(page);
    await expect(page.getByText("This part of Padlock could not load")).toBeVisible();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(content(page)).toBeVisible({ timeout: 20 * SECOND });
    expect(attempts).toBe(2);
  });
}

// The part of the first page is requested by boot.js, and once more by the page before it gives up.
test("a failing sign-in part says so and can be loaded again", async ({ page, portal, errorMonitor }) => {
  errorMonitor.ignoreUrls(() => true);
  let attempts = 0;
  await routeArea(page, "sign_in", (route) => (++attempts <= 2 ? route.abort() : route.continue()));
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Try again" }).click();
  await portal.waitForSignInPage();
  await portal.signIn(TESS);
  await expect(portal.accountButton(TESS)).toBeVisible();
});

test("a failing portal part says so and can be loaded again", async ({ page, portal, errorMonitor }) => {
  await openApps(page, portal);
  errorMonitor.ignoreUrls(() => true);
  let attempts = 0;
  await routeArea(page, "portal", (route) => (++attempts <= 2 ? route.abort() : route.continue()));
  await page.goto("/apps/shop/deploy");
  await page.getByRole("button", { name: "Try again" }).click();
  await portal.deployPage();
});

test("a program that cannot be loaded says so and can be reloaded", async ({ page, portal, errorMonitor }) => {
  errorMonitor.ignoreUrls(() => true);
  let attempts = 0;
  await page.route(/\/padlock_bg\.wasm$/, (route) => (++attempts === 1 ? route.abort() : route.continue()));
  await page.goto("/sign-in");
  await expect(page.getByRole("alert")).toContainText("Padlock could not start");
  await page.getByRole("button", { name: "Reload" }).click();
  await portal.waitForSignInPage();
});

test("while a visitor types their password, the portal is loaded", async ({ page, portal }) => {
  const portalPart = page.waitForRequest(/\/split_portal\.wasm$/);
  await page.goto("/sign-in");
  await portal.waitForSignInPage();
  await portalPart;
});

test("a signed-in visitor loads the program and the part of the page side by side, and nothing that the page does not need", async ({ page, portal }) => {
  await openApps(page, portal);
  const parts: string[] = [];
  page.on("request", (request) => {
    const part = /\/(\w+)\.wasm$/.exec(request.url())?.[1];
    if (part) parts.push(part);
  });
  await page.goto("/apps/shop/deploy");
  await portal.deployPage();
  const needed = ["padlock_bg", "split_portal"].map((part) => parts.indexOf(part));
  expect(needed).not.toContain(-1);
  expect(Math.max(...needed)).toBeLessThan(parts.indexOf("split_packages"));
  expect(parts).not.toContain("split_sign_in");
  expect(parts).not.toContain("split_dialogs");
});
