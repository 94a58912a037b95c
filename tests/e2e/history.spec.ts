// Every view that one would share is in the address: Back, Forward and a
// reload lead where they should.

import type { Page } from "@playwright/test";
import type { DeployPage } from "./support/deploy.js";
import { TESS, type Portal } from "./support/portal.js";
import { holdParts } from "./support/slow.js";
import { expect, test } from "./support/test.js";

/** Presses Back so often before anything happens. */
const backAtOnce = (page: Page, times: number) =>
  page.evaluate((times) => {
    for (let step = 0; step < times; step += 1) history.back();
  }, times);

/** Comes to an app's deploy page by way of the apps. */
async function byTheApps(page: Page, portal: Portal): Promise<DeployPage> {
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  return portal.deployPage();
}

/** The apps are shown, and the address says so. */
async function atTheApps(page: Page, portal: Portal) {
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  await expect.poll(() => portal.address()).toBe("/apps");
}

/** The deploy page is shown with nothing open, and the address says so. */
async function atTheDeployPage(deploy: DeployPage, portal: Portal) {
  await deploy.isThere();
  await expect(deploy.dialog).toHaveCount(0);
  await expect.poll(() => portal.address()).toBe("/apps/shop/deploy");
}

test("a package's details open and close by Back and Forward", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
  const details = page.getByRole("dialog", { name: "shop-1.0.0.mda" });
  await expect(details).toBeVisible();
  expect(portal.address()).toMatch(/^\/apps\/shop\/deploy\?package=[\w-]+$/);

  await page.goBack();
  await expect(details).toHaveCount(0);
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(deploy.row("1.0.0").getByRole("link", { name: "1.0.0" })).toBeFocused();

  await page.goForward();
  await expect(details).toBeVisible();
  await expect(details.getByText("The first shop")).toBeVisible();
  await deploy.close();
  expect(portal.address()).toBe("/apps/shop/deploy");
});

test("opening and closing a dialog leaves no trail", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  for (let times = 0; times < 2; times += 1) {
    await deploy.openUpload();
    expect(portal.address()).toBe("/apps/shop/deploy?dialog=upload");
    await deploy.close();
    await expect(deploy.uploadButton).toBeFocused();
  }
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  expect(portal.address()).toBe("/apps");
  await page.goForward();
  await deploy.isThere();
});

test("Escape pressed twice closes the dialog and no more", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  await deploy.openUpload();
  // Both before the browser has gone back.
  await Promise.all([page.keyboard.press("Escape"), page.keyboard.press("Escape")]);
  await expect(deploy.dialog).toHaveCount(0);
  await deploy.isThere();
  expect(portal.address()).toBe("/apps/shop/deploy");
});

test("a reload keeps what is open and what is searched for", async ({ page, portal }) => {
  await portal.open("/apps/shop/deploy?search=1.0.0&transport=production");
  const deploy = await portal.deployPage();
  const dialog = page.getByRole("dialog", { name: /^Transport \S+ to Production$/ });
  await expect(dialog).toBeVisible();
  await portal.reload();
  await expect(dialog).toBeVisible();
  await deploy.close();
  await expect(page.getByRole("searchbox", { name: "Search packages" })).toHaveValue("1.0.0");
  await expect(deploy.row("1.0.0")).toBeVisible();
  await expect(deploy.row("1.1.0")).toHaveCount(0);
});

test("searching narrows the list and stands in the address", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const search = page.getByRole("searchbox", { name: "Search packages" });
  await search.fill("omar 1.1");
  await expect(deploy.rows).toHaveCount(1);
  await expect(deploy.row("1.1.0")).toBeVisible();
  await expect.poll(() => decodeURIComponent(portal.address().replaceAll("+", " "))).toBe("/apps/shop/deploy?search=omar 1.1");
  await search.fill("no such package");
  await expect(page.getByText("No package fits")).toBeVisible();
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(deploy.row("1.2.0")).toBeVisible();
  await expect.poll(() => portal.address()).toBe("/apps/shop/deploy");
});

test("an address that asks for what is not there says so", async ({ page, portal, watch }) => {
  watch.expect(404, /\/packages\/gone-1$/);
  await portal.open("/apps/shop/deploy?package=gone-1");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("This package is not here any more.")).toBeVisible();
  const deploy = await portal.deployPage();
  await deploy.close();
  expect(portal.address()).toBe("/apps/shop/deploy");
});

test("pages have names, and a new page has the focus at its heading", async ({ page, portal }) => {
  await portal.open("/apps");
  await page.getByRole("link", { name: "crm", exact: true }).click();
  await expect(page).toHaveTitle("Deploy · crm · Padlock");
  await expect(page.getByRole("heading", { name: "crm", level: 1 })).toBeFocused();
  await page.goBack();
  await expect(page).toHaveTitle("Apps · Padlock");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeFocused();
});

test("Back and Forward lead through pages and dialogs, again and again", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  const details = page.getByRole("dialog", { name: "shop-1.0.0.mda" });
  await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
  await expect(details).toBeVisible();
  for (let times = 0; times < 2; times += 1) {
    await page.goBack();
    await atTheDeployPage(deploy, portal);
    await page.goBack();
    await atTheApps(page, portal);
    await page.goForward();
    await atTheDeployPage(deploy, portal);
    await page.goForward();
    await expect(details).toBeVisible();
    expect(portal.address()).toMatch(/^\/apps\/shop\/deploy\?package=[\w-]+$/);
  }
  // Closed by hand it is a step back, too: Forward opens it again.
  await deploy.close();
  await atTheDeployPage(deploy, portal);
  await page.goForward();
  await expect(details).toBeVisible();
});

test("after Back and Forward every link still makes a step of its own", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  const rail = (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true });
  await page.goBack();
  await atTheApps(page, portal);
  await page.goForward();
  await atTheDeployPage(deploy, portal);

  await rail("Apps").click();
  await atTheApps(page, portal);
  await page.getByRole("link", { name: "shop", exact: true }).click();
  await atTheDeployPage(deploy, portal);
  await deploy.openUpload();
  await deploy.close();
  await atTheDeployPage(deploy, portal);

  // Each of them is there on the way back.
  await page.goBack();
  await atTheApps(page, portal);
  await page.goBack();
  await atTheDeployPage(deploy, portal);
  await page.goBack();
  await atTheApps(page, portal);
});

test("a dialog opened again after Back is a step of its own", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  for (let times = 0; times < 2; times += 1) {
    await deploy.openUpload();
    expect(portal.address()).toBe("/apps/shop/deploy?dialog=upload");
    await page.goBack();
    await atTheDeployPage(deploy, portal);
  }
  await page.goBack();
  await atTheApps(page, portal);
});

test("two quick Backs are two steps, and do not leave the portal", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  const before = await page.evaluate(() => history.length);
  for (let times = 0; times < 2; times += 1) {
    await deploy.row("1.0.0").getByRole("link", { name: "1.0.0" }).click();
    await expect(page.getByRole("dialog", { name: "shop-1.0.0.mda" })).toBeVisible();
    expect(await page.evaluate(() => history.length)).toBe(before + 1);
    await backAtOnce(page, 2);
    await atTheApps(page, portal);
    await expect(deploy.dialog).toHaveCount(0);
    await page.goForward();
    await atTheDeployPage(deploy, portal);
  }
});

test("Escape and Back at once close the dialog and go one page back", async ({ page, portal }) => {
  const deploy = await byTheApps(page, portal);
  await deploy.openUpload();
  await page.keyboard.press("Escape");
  await backAtOnce(page, 1);
  await atTheApps(page, portal);
  await page.goForward();
  await atTheDeployPage(deploy, portal);
});

test("a page whose part of the program comes late gets the focus at its heading", async ({ page, portal }) => {
  test.skip(portal.inTab, "the preview comes in one part");
  const letGo = await holdParts(page);
  await page.goto("/apps/crm/activity");
  await portal.atTheDoor();
  await portal.signIn(TESS);
  const waiting = page.locator("main [aria-busy]");
  await expect(waiting).toBeAttached();
  // Longer than anybody would look for it at every frame.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 90; frame += 1) await new Promise(requestAnimationFrame);
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(0);
  await letGo();
  await expect(page.getByRole("heading", { name: "Activity", level: 1 })).toBeFocused();
});
