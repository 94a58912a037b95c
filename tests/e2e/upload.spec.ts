// Journey 2: uploading a deployment package, and what the portal reads out of it.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CONSTANT, EVENT, makePackage, RUNTIME } from "./support/packages.js";
import { api } from "./support/portal.js";
import { slowUploads } from "./support/slow.js";
import { expect, test } from "./support/test.js";

const MEGABYTE = 1_000_000;
// The vendor's package lies beside the checkout, where it is there at all.
const SAMPLE = path.resolve(fileURLToPath(import.meta.url), "../../../../shared/data/sample-6.2.0.mda");

test("a package is uploaded, and everything that it says of itself is shown", async ({ page, portal, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const deploy = await portal.openDeploy();
  const made = makePackage({ ballast: MEGABYTE });
  const details = await deploy.upload(made.file);

  const fact = (term: string) => details.getByRole("term").filter({ hasText: new RegExp(`^${term}$`) }).locator("+ dd");
  await expect(fact("Version")).toHaveText(made.version);
  await expect(fact("Runtime version")).toHaveText(RUNTIME);
  await expect(fact("Size")).toHaveText("1.0 MB");
  await expect(fact("SHA-256")).toContainText(made.sha256.slice(0, 12));
  await expect(fact("Uploaded")).toContainText("by Tess Tanaka");
  await expect(fact("Runs on")).toHaveText("no environment");
  await expect(details.getByText("Made by a journey")).toBeVisible();
  await expect(details.getByRole("heading", { name: "1 constant" })).toBeVisible();
  for (const words of [CONSTANT.Name, CONSTANT.Type, CONSTANT.DefaultValue, CONSTANT.Description]) {
    await expect(details.getByText(words, { exact: true })).toBeVisible();
  }
  await expect(details.getByRole("heading", { name: "1 scheduled event" })).toBeVisible();
  await expect(details.getByText(EVENT)).toBeVisible();

  await details.getByRole("button", { name: "Copy hash" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(made.sha256);

  await deploy.close();
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(deploy.row(made.version)).toContainText(made.file.name);
  await expect(deploy.row(made.version)).toContainText("Tess Tanaka");
});

test("the vendor's own sample package is understood", async ({ portal }) => {
  test.skip(!existsSync(SAMPLE), "the sample is not beside this checkout");
  const deploy = await portal.openDeploy("crm");
  const details = await deploy.upload(SAMPLE);
  await expect(details.getByText("unversioned", { exact: true })).toBeVisible();
  await expect(details.getByText(/^6\.2\.0/)).toBeVisible();
  await expect(details.getByRole("heading", { name: /^\d+ constants?$/ })).toBeVisible();
  await expect(details.getByRole("heading", { name: /^\d+ scheduled events?$/ })).toBeVisible();
});

test("progress is shown, and an upload that is cancelled leaves nothing", async ({ page, portal, watch }) => {
  watch.breaksOff(api("/apps/shop/packages"));
  await slowUploads(page, portal.inTab);
  const deploy = await portal.openDeploy();
  const before = await deploy.versions();
  const made = makePackage({ ballast: 6 * MEGABYTE });
  const dialog = await deploy.openUpload();
  await deploy.fileField.setInputFiles(made.file);

  const bar = dialog.getByRole("progressbar", { name: `Uploading ${made.file.name}` });
  await expect(bar).toBeVisible();
  await expect(dialog.getByText(/^[\d.]+ [kM]B of 6\.0 MB$/)).toBeVisible();
  const first = Number(await bar.getAttribute("value"));
  await expect(async () => expect(Number(await bar.getAttribute("value"))).toBeGreaterThan(first)).toPass();

  await dialog.getByRole("button", { name: "Cancel upload" }).click();
  await expect(dialog.getByText(/^Upload cancelled at \d+ %\. Nothing was stored\.$/)).toBeVisible();
  await expect(deploy.fileField).toBeFocused();
  await deploy.close();
  expect(await deploy.versions()).toEqual(before);
  if (!portal.inTab) {
    await portal.reload();
    await deploy.isThere();
    expect(await deploy.versions()).toEqual(before);
  }
});

test("an upload goes on behind a closed dialog and on other pages, and its end is told", async ({ page, portal }) => {
  const letGo = await slowUploads(page, portal.inTab);
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
  const made = makePackage({ ballast: 6 * MEGABYTE });
  const bar = { name: `Uploading ${made.file.name}` };
  const dialog = await deploy.openUpload();
  await deploy.fileField.setInputFiles(made.file);
  await expect(dialog.getByRole("progressbar", bar)).toBeVisible();
  await expect(dialog.getByText("It goes on when you close this dialog.")).toBeVisible();

  // Behind it the page shows how far it is.
  await deploy.close();
  const strip = deploy.repository.getByRole("progressbar", bar);
  await expect(strip).toBeVisible();
  const first = Number(await strip.getAttribute("value"));
  await expect.poll(async () => Number(await strip.getAttribute("value"))).toBeGreaterThan(first);

  // On another page it goes on, and is there again on the way back; so is its dialog.
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  await page.goForward();
  await deploy.isThere();
  await expect(strip).toBeVisible();
  await deploy.openUpload();
  await expect(dialog.getByRole("progressbar", bar)).toBeVisible();
  await deploy.close();

  await letGo();
  await expect(page.getByRole("status").getByText(`${made.file.name} is in the repository.`)).toBeVisible({ timeout: 20_000 });
  await expect(deploy.row(made.version)).toBeVisible();
  await expect(strip).toHaveCount(0);
  await expect(deploy.dialog).toHaveCount(0);
  expect(portal.address()).toBe("/apps/shop/deploy");
});

test("an upload is cancelled from the page, and leaves nothing", async ({ page, portal, watch }) => {
  watch.breaksOff(api("/apps/shop/packages"));
  await slowUploads(page, portal.inTab);
  const deploy = await portal.openDeploy();
  const before = await deploy.versions();
  const made = makePackage({ ballast: 6 * MEGABYTE });
  await deploy.openUpload();
  await deploy.fileField.setInputFiles(made.file);
  await expect(deploy.dialog.getByRole("progressbar")).toBeVisible();
  await deploy.close();

  await deploy.repository.getByRole("button", { name: "Cancel upload" }).click();
  const told = page.getByRole("status").getByText(`${made.file.name}: Upload cancelled at`);
  await expect(told).toHaveText(/cancelled at \d+ %\. Nothing was stored\.$/);
  await expect(deploy.repository.getByRole("progressbar")).toHaveCount(0);
  expect(await deploy.versions()).toEqual(before);

  // The next one starts clean.
  await deploy.openUpload();
  await expect(deploy.fileField).not.toHaveAttribute("aria-invalid", "true");
});

test("a package that lies nowhere can be deleted, by name", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const made = makePackage();
  await deploy.add(made);
  await deploy.row(made.version).getByRole("button", { name: `More for ${made.file.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const question = page.getByRole("dialog", { name: `Delete ${made.file.name}?` });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(question).toHaveCount(0);
  await expect(deploy.row(made.version)).toBeVisible();

  await deploy.row(made.version).getByRole("button", { name: `More for ${made.file.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await question.getByRole("button", { name: /^Delete/ }).click();
  await expect(deploy.row(made.version)).toHaveCount(0);
  await expect(page.getByRole("status").getByText(`${made.file.name} was deleted.`)).toBeVisible();
});
