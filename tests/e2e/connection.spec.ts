// The connection to the server: the page says when it is not up to date, and becomes so again by itself.

import { expect, needsServer, test } from "./support/test.js";

needsServer();
test.setTimeout(120_000);

test("without events the page says that it is not live, and still shows changes", async ({ page, portal, context }) => {
  // A proxy that holds the events back.
  await page.route(/\/events$/, () => {});
  const deploy = await portal.openDeployPage("crm");
  const strip = page.getByRole("status").filter({ hasText: "Not live" });
  await expect(strip).toHaveCount(0);
  await expect(strip).toBeVisible({ timeout: 30_000 });

  const other = await context.newPage();
  await other.goto("/apps/crm/deploy");
  const otherDeploy = await portal.deployPage("crm", other);
  await otherDeploy.card("Test").getByRole("button", { name: "Stop" }).click();
  await expect(deploy.card("Test")).toContainText("stopped", { timeout: 12_000 });
  await otherDeploy.card("Test").getByRole("button", { name: "Start" }).click();
  await expect(deploy.card("Test")).toContainText("running", { timeout: 12_000 });

  await page.unroute(/\/events$/);
  await expect(strip).toHaveCount(0, { timeout: 40_000 });
});

test("offline, the page says from when it is, and recovers by itself", async ({ page, portal, context, errorMonitor }) => {
  errorMonitor.allowNetworkErrors();
  const deploy = await portal.openDeployPage("crm");
  await context.setOffline(true);
  const strip = page.getByRole("status").filter({ hasText: "Reconnecting…" });
  await expect(strip).toContainText(/What you see is from \d\d:\d\d/);
  await expect(deploy.card("Test")).toContainText("running");
  // What appears only now has its icons too.
  await deploy.card("Test").getByRole("button", { name: "Restart" }).click();
  const toast = page.getByRole("listitem").filter({ hasText: "cannot be reached" });
  await expect(toast).toBeVisible();
  for (const icon of [strip.locator("svg"), toast.locator("svg").first()]) {
    expect(await icon.evaluate((svg) => (svg as SVGSVGElement).getBBox().width)).toBeGreaterThan(0);
  }
  await context.setOffline(false);
  await expect(strip).toHaveCount(0, { timeout: 15_000 });
});

test("a page that could not be loaded loads when the server is back", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowNetworkErrors();
  await portal.openDeployPage("crm");
  const api = /\/api\/v1\/apps/;
  await page.route(api, (route) => route.abort());
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("heading", { name: "Padlock cannot be reached" })).toBeVisible();
  await page.unroute(api);
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible({ timeout: 15_000 });
});
