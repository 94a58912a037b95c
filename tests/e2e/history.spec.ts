// Every view that one would share is in the address: Back, Forward and a
// reload lead where they should.

import { expect, test } from "./support/test.js";

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
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
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
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
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
  await page.getByRole("button", { name: "Clear the search" }).click();
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
