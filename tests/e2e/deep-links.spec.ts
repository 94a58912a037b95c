// Every route opens by its URL, at the root and below a base path.

import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.js";

/** Each route with a heading of its page. Those that open a dialog name it. */
const ROUTES = [
  { path: "/", finalPath: "/apps", heading: "Apps" },
  { path: "/apps", heading: "Apps" },
  { path: "/apps/", finalPath: "/apps", heading: "Apps" },
  { path: "/apps/shop", finalPath: "/apps/shop/deploy", heading: "shop" },
  { path: "/apps/shop/deploy", heading: "shop" },
  { path: "/apps/shop/deploy?search=1.2", heading: "shop" },
  { path: "/apps/shop/deploy?dialog=upload", heading: "shop", dialog: "Upload" },
  { path: "/apps/shop/deploy?transport=production", heading: "shop", dialog: "Transport 1.2.0 to Production" },
  { path: "/apps/shop/activity", heading: "Activity" },
  { path: "/apps/shop/activity?environment=test", heading: "Activity" },
  { path: "/apps/shop/nothing", heading: "There is nothing at this address" },
  { path: "/nothing", heading: "There is nothing at this address" },
];

test.setTimeout(240_000);

test("every route opens by its URL", async ({ page, portal }) => {
  test.skip(portal.isPreview, "the same below a path");
  await portal.open("/apps");
  for (const { path, finalPath, heading, dialog } of ROUTES) {
    await page.goto(path);
    await expectPage(page, heading, dialog);
    if (finalPath) await expect(page).toHaveURL((url) => url.pathname === finalPath);
  }
});

test("every route opens by its URL below a base path", async ({ page, portal }) => {
  test.skip(!portal.isPreview, "only the preview is served below a path");
  await serveBelow(page, "/below");
  await portal.open("/below/apps");
  for (const { path, finalPath, heading, dialog } of ROUTES) {
    await page.goto(`/below${path}`);
    await expectPage(page, heading, dialog);
    await expect(page).toHaveURL((url) => url.pathname === `/below${finalPath ?? path.split("?")[0]}`);
    // Links stay below the base.
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Apps", exact: true }).first().click();
    await expect(page.getByRole("heading", { name: "Apps", exact: true })).toBeVisible();
    await expect(page).toHaveURL((url) => url.pathname === "/below/apps");
  }
});

test("/sign-in and /kit open by their URLs below a base path", async ({ page, portal }) => {
  test.skip(!portal.isPreview, "only the preview is served below a path");
  await serveBelow(page, "/below");
  await page.goto("/below/sign-in");
  await portal.waitForSignInPage();
  await page.goto("/below/kit");
  await expect(page.getByRole("heading", { name: "Kit" })).toBeVisible();
});

test("below a base path, fragment links jump on the page", async ({ page, portal }) => {
  test.skip(!portal.isPreview, "only the preview is served below a path");
  await serveBelow(page, "/below");
  await portal.open("/below/apps/shop/deploy");
  await page.getByRole("link", { name: "Skip to the page" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await expect(page).toHaveURL((url) => url.pathname === "/below/apps/shop/deploy");
});

async function expectPage(page: Page, heading: string, dialog?: string) {
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible({ timeout: 20_000 });
  if (dialog) await expect(page.getByRole("dialog", { name: dialog })).toBeVisible();
}

/** Serves the build for the root below a path, as a build with that public URL would be. */
async function serveBelow(page: Page, base: string) {
  await page.route(`**${base}/**`, async (route) => {
    const url = new URL(route.request().url());
    url.pathname = url.pathname.slice(base.length);
    const response = await route.fetch({ url: url.href });
    if (!response.headers()["content-type"]?.startsWith("text/html")) return route.fulfill({ response });
    const html = (await response.text()).replaceAll('"/assets/', `"${base}/assets/`).replace(/ \/assets\//g, ` ${base}/assets/`);
    await route.fulfill({ response, body: html.replace("<head>", `<head><base href="${base}/">`) });
  });
}
