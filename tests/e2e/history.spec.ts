// Browser history: every view has a URL, and Back, Forward and reload restore it.

import type { Page } from "@playwright/test";
import { TESS } from "./support/demo-accounts.js";
import type { DeployPage } from "./support/deploy-page.js";
import type { Portal } from "./support/portal.js";
import { holdArea } from "./support/slow-network.js";
import { expect, test } from "./support/test.js";

/** Goes back several times without waiting for the page in between. */
const goBackWithoutWaiting = (page: Page, times: number) =>
  page.evaluate((times) => {
    for (let step = 0; step < times; step += 1) history.back();
  }, times);

/** Opens shop's deploy page from the apps page, so that Back leads to the apps. */
async function openFromApps(page: Page, portal: Portal): Promise<DeployPage> {
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  return portal.deployPage();
}

async function expectAppsPage(page: Page, portal: Portal) {
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  await expect.poll(() => portal.pathAndQuery()).toBe("/apps");
}

/** Expects shop's deploy page without an open dialog. */
async function expectDeployPage(deploy: DeployPage, portal: Portal) {
  await deploy.waitUntilLoaded();
  await expect(deploy.dialog).toHaveCount(0);
  await expect.poll(() => portal.pathAndQuery()).toBe("/apps/shop/deploy");
}

test("Back closes a package's details and Forward opens them again", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
  const details = page.getByRole("dialog", { name: "shop-1.0.0.mda" });
  await expect(details).toBeVisible();
  expect(portal.pathAndQuery()).toMatch(/^\/apps\/shop\/deploy\?package=[\w-]+$/);

  await page.goBack();
  await expect(details).toHaveCount(0);
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
  await expect(deploy.row("1.0.0").getByRole("link", { name: "1.0.0" })).toBeFocused();

  await page.goForward();
  await expect(details).toBeVisible();
  await expect(details.getByText("The first shop")).toBeVisible();
  await deploy.closeDialog();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("after opening and closing a dialog, Back leads to the previous page", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  for (let times = 0; times < 2; times += 1) {
    await deploy.openUploadDialog();
    expect(portal.pathAndQuery()).toBe("/apps/shop/deploy?dialog=upload");
    await deploy.closeDialog();
    await expect(deploy.uploadButton).toBeFocused();
  }
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  expect(portal.pathAndQuery()).toBe("/apps");
  await page.goForward();
  await deploy.waitUntilLoaded();
});

test("Escape pressed twice closes only the dialog", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  await deploy.openUploadDialog();
  // The second Escape is pressed without waiting until the first has gone back in the history.
  await Promise.all([page.keyboard.press("Escape"), page.keyboard.press("Escape")]);
  await expect(deploy.dialog).toHaveCount(0);
  await deploy.waitUntilLoaded();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("a reload keeps the open dialog and the search", async ({ page, portal }) => {
  await portal.open("/apps/shop/deploy?search=1.0.0&transport=production");
  const deploy = await portal.deployPage();
  const dialog = page.getByRole("dialog", { name: /^Transport \S+ to Production$/ });
  await expect(dialog).toBeVisible();
  await portal.reload();
  await expect(dialog).toBeVisible();
  await deploy.closeDialog();
  await expect(page.getByRole("searchbox", { name: "Search packages" })).toHaveValue("1.0.0");
  await expect(deploy.row("1.0.0")).toBeVisible();
  await expect(deploy.row("1.1.0")).toHaveCount(0);
});

test("a search narrows the list and is part of the URL", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const search = page.getByRole("searchbox", { name: "Search packages" });
  await search.fill("omar 1.1");
  await expect(deploy.rows).toHaveCount(1);
  await expect(deploy.row("1.1.0")).toBeVisible();
  await expect.poll(() => decodeURIComponent(portal.pathAndQuery().replaceAll("+", " "))).toBe("/apps/shop/deploy?search=omar 1.1");
  await search.fill("no such package");
  await expect(page.getByText("No package fits")).toBeVisible();
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(deploy.row("1.2.0")).toBeVisible();
  await expect.poll(() => portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("a URL of a package that does not exist shows a message", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(404, /\/packages\/gone-1$/);
  await portal.open("/apps/shop/deploy?package=gone-1");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("This package is not here any more.")).toBeVisible();
  const deploy = await portal.deployPage();
  await deploy.closeDialog();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("navigation sets the page title and moves the focus to the heading", async ({ page, portal }) => {
  await portal.open("/apps");
  await page.getByRole("link", { name: "crm", exact: true }).click();
  await expect(page).toHaveTitle("Deploy · crm · Padlock");
  await expect(page.getByRole("heading", { name: "crm", level: 1 })).toBeFocused();
  await page.goBack();
  await expect(page).toHaveTitle("Apps · Padlock");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeFocused();
});

test("Back and Forward can be repeated through pages and dialogs", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  const details = page.getByRole("dialog", { name: "shop-1.0.0.mda" });
  await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
  await expect(details).toBeVisible();
  for (let times = 0; times < 2; times += 1) {
    await page.goBack();
    await expectDeployPage(deploy, portal);
    await page.goBack();
    await expectAppsPage(page, portal);
    await page.goForward();
    await expectDeployPage(deploy, portal);
    await page.goForward();
    await expect(details).toBeVisible();
    expect(portal.pathAndQuery()).toMatch(/^\/apps\/shop\/deploy\?package=[\w-]+$/);
  }
  // Closing a dialog goes back in the history, so Forward opens it again.
  await deploy.closeDialog();
  await expectDeployPage(deploy, portal);
  await page.goForward();
  await expect(details).toBeVisible();
});

test("after Back and Forward every link still adds one history entry", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  const navigationLink = (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true });
  await page.goBack();
  await expectAppsPage(page, portal);
  await page.goForward();
  await expectDeployPage(deploy, portal);

  await navigationLink("Apps").click();
  await expectAppsPage(page, portal);
  await page.getByRole("link", { name: "shop", exact: true }).click();
  await expectDeployPage(deploy, portal);
  await deploy.openUploadDialog();
  await deploy.closeDialog();
  await expectDeployPage(deploy, portal);

  // Back passes each of these pages.
  await page.goBack();
  await expectAppsPage(page, portal);
  await page.goBack();
  await expectDeployPage(deploy, portal);
  await page.goBack();
  await expectAppsPage(page, portal);
});

test("a dialog opened again after Back has its own history entry", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  for (let times = 0; times < 2; times += 1) {
    await deploy.openUploadDialog();
    expect(portal.pathAndQuery()).toBe("/apps/shop/deploy?dialog=upload");
    await page.goBack();
    await expectDeployPage(deploy, portal);
  }
  await page.goBack();
  await expectAppsPage(page, portal);
});

test("going back twice quickly goes back exactly two history entries", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  const before = await page.evaluate(() => history.length);
  for (let times = 0; times < 2; times += 1) {
    await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
    await expect(page.getByRole("dialog", { name: "shop-1.0.0.mda" })).toBeVisible();
    expect(await page.evaluate(() => history.length)).toBe(before + 1);
    await goBackWithoutWaiting(page, 2);
    await expectAppsPage(page, portal);
    await expect(deploy.dialog).toHaveCount(0);
    await page.goForward();
    await expectDeployPage(deploy, portal);
  }
});

test("Escape followed at once by Back closes the dialog and goes back one page", async ({ page, portal }) => {
  const deploy = await openFromApps(page, portal);
  await deploy.openUploadDialog();
  await page.keyboard.press("Escape");
  await goBackWithoutWaiting(page, 1);
  await expectAppsPage(page, portal);
  await page.goForward();
  await expectDeployPage(deploy, portal);
});

test("the heading gets the focus even when the part of its page loads late", async ({ page, portal }) => {
  test.skip(portal.isPreview, "the preview is not split");
  const release = await holdArea(page, "activity");
  await page.goto("/apps/crm/activity");
  await portal.waitForSignInPage();
  await portal.signIn(TESS);
  const placeholder = page.locator("main [aria-busy]");
  await expect(placeholder).toBeAttached();
  // Long enough for code that polls for the heading during a fixed number of frames to give up.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 90; frame += 1) await new Promise(requestAnimationFrame);
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(0);
  await release();
  await expect(page.getByRole("heading", { name: "Activity", level: 1 })).toBeFocused();
});
