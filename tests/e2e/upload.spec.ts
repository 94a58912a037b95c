// Uploading a deployment package: its metadata, progress, cancelling, deleting.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { apiPath } from "./support/error-monitor.js";
import { CONSTANT, makePackage, RUNTIME_VERSION, SCHEDULED_EVENT } from "./support/packages.js";
import { throttleUploads } from "./support/slow-network.js";
import { expect, test } from "./support/test.js";

const MEGABYTE = 1_000_000;
// The vendor's sample package is not part of the repository: it is used only if it is beside the checkout.
const SAMPLE = path.resolve(fileURLToPath(import.meta.url), "../../../../shared/data/sample-6.2.0.mda");

test("the details of an uploaded package show its metadata", async ({ page, portal, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const deploy = await portal.openDeployPage();
  const pkg = makePackage({ fillerBytes: MEGABYTE });
  const details = await deploy.upload(pkg.file);

  const detail = (term: string) => details.getByRole("term").filter({ hasText: new RegExp(`^${term}$`) }).locator("+ dd");
  await expect(detail("Version")).toHaveText(pkg.version);
  await expect(detail("Runtime version")).toHaveText(RUNTIME_VERSION);
  await expect(detail("Size")).toHaveText("1.0 MB");
  await expect(detail("SHA-256")).toContainText(pkg.sha256.slice(0, 12));
  await expect(detail("Uploaded")).toContainText("by Tess Tanaka");
  await expect(detail("Runs on")).toHaveText("no environment");
  await expect(details.getByText("Made by a journey")).toBeVisible();
  await expect(details.getByRole("heading", { name: "1 constant" })).toBeVisible();
  for (const text of [CONSTANT.Name, CONSTANT.Type, CONSTANT.DefaultValue, CONSTANT.Description]) {
    await expect(details.getByText(text, { exact: true })).toBeVisible();
  }
  await expect(details.getByRole("heading", { name: "1 scheduled event" })).toBeVisible();
  await expect(details.getByText(SCHEDULED_EVENT)).toBeVisible();

  await details.getByRole("button", { name: "Copy hash" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(pkg.sha256);

  await deploy.closeDialog();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
  await expect(deploy.row(pkg.version)).toContainText(pkg.file.name);
  await expect(deploy.row(pkg.version)).toContainText("Tess Tanaka");
});

test("the metadata of the vendor's sample package is read", async ({ portal }) => {
  test.skip(!existsSync(SAMPLE), "the sample is not beside this checkout");
  const deploy = await portal.openDeployPage("crm");
  const details = await deploy.upload(SAMPLE);
  await expect(details.getByText("unversioned", { exact: true })).toBeVisible();
  await expect(details.getByText(/^6\.2\.0/)).toBeVisible();
  await expect(details.getByRole("heading", { name: /^\d+ constants?$/ })).toBeVisible();
  await expect(details.getByRole("heading", { name: /^\d+ scheduled events?$/ })).toBeVisible();
});

test("an upload shows its progress, and cancelling it stores nothing", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowAbort(apiPath("/apps/shop/packages"));
  await throttleUploads(page, portal.isPreview);
  const deploy = await portal.openDeployPage();
  const before = await deploy.versions();
  const pkg = makePackage({ fillerBytes: 6 * MEGABYTE });
  const dialog = await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles(pkg.file);

  const progressBar = dialog.getByRole("progressbar", { name: `Uploading ${pkg.file.name}` });
  await expect(progressBar).toBeVisible();
  await expect(dialog.getByText(/^[\d.]+ [kM]B of 6\.0 MB$/)).toBeVisible();
  const first = Number(await progressBar.getAttribute("value"));
  await expect(async () => expect(Number(await progressBar.getAttribute("value"))).toBeGreaterThan(first)).toPass();

  await dialog.getByRole("button", { name: "Cancel upload" }).click();
  await expect(dialog.getByText(/^Upload cancelled at \d+ %\. Nothing was stored\.$/)).toBeVisible();
  await expect(deploy.fileField).toBeFocused();
  await deploy.closeDialog();
  expect(await deploy.versions()).toEqual(before);
  if (!portal.isPreview) {
    await portal.reload();
    await deploy.waitUntilLoaded();
    expect(await deploy.versions()).toEqual(before);
  }
});

test("an upload continues after its dialog is closed and on other pages, and its end is announced", async ({ page, portal }) => {
  const release = await throttleUploads(page, portal.isPreview);
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
  const pkg = makePackage({ fillerBytes: 6 * MEGABYTE });
  const named = { name: `Uploading ${pkg.file.name}` };
  const dialog = await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles(pkg.file);
  await expect(dialog.getByRole("progressbar", named)).toBeVisible();
  await expect(dialog.getByText("It goes on when you close this dialog.")).toBeVisible();

  // The page shows the progress without the dialog.
  await deploy.closeDialog();
  const pageProgress = deploy.repository.getByRole("progressbar", named);
  await expect(pageProgress).toBeVisible();
  const first = Number(await pageProgress.getAttribute("value"));
  await expect.poll(async () => Number(await pageProgress.getAttribute("value"))).toBeGreaterThan(first);

  // After a visit to another page, the page and the dialog show the progress again.
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  await page.goForward();
  await deploy.waitUntilLoaded();
  await expect(pageProgress).toBeVisible();
  await deploy.openUploadDialog();
  await expect(dialog.getByRole("progressbar", named)).toBeVisible();
  await deploy.closeDialog();

  await release();
  await expect(page.getByRole("status").getByText(`${pkg.file.name} is in the repository.`)).toBeVisible({ timeout: 20_000 });
  await expect(deploy.row(pkg.version)).toBeVisible();
  await expect(pageProgress).toHaveCount(0);
  await expect(deploy.dialog).toHaveCount(0);
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("an upload can be cancelled without its dialog, and nothing is stored", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowAbort(apiPath("/apps/shop/packages"));
  await throttleUploads(page, portal.isPreview);
  const deploy = await portal.openDeployPage();
  const before = await deploy.versions();
  const pkg = makePackage({ fillerBytes: 6 * MEGABYTE });
  await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles(pkg.file);
  await expect(deploy.dialog.getByRole("progressbar")).toBeVisible();
  await deploy.closeDialog();

  await deploy.repository.getByRole("button", { name: "Cancel upload" }).click();
  const toast = page.getByRole("status").getByText(`${pkg.file.name}: Upload cancelled at`);
  await expect(toast).toHaveText(/cancelled at \d+ %\. Nothing was stored\.$/);
  await expect(deploy.repository.getByRole("progressbar")).toHaveCount(0);
  expect(await deploy.versions()).toEqual(before);

  // The error belongs to the cancelled upload, so the dialog opens without it.
  await deploy.openUploadDialog();
  await expect(deploy.fileField).not.toHaveAttribute("aria-invalid", "true");
});

test("a package that is not deployed can be deleted after confirmation", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const pkg = makePackage();
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.row(pkg.version).getByRole("button", { name: `More for ${pkg.file.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const confirmDialog = page.getByRole("dialog", { name: `Delete ${pkg.file.name}?` });
  await confirmDialog.getByRole("button", { name: "Cancel" }).click();
  await expect(confirmDialog).toHaveCount(0);
  await expect(deploy.row(pkg.version)).toBeVisible();

  await deploy.row(pkg.version).getByRole("button", { name: `More for ${pkg.file.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await confirmDialog.getByRole("button", { name: /^Delete/ }).click();
  await expect(deploy.row(pkg.version)).toHaveCount(0);
  await expect(page.getByRole("status").getByText(`${pkg.file.name} was deleted.`)).toBeVisible();
});
