// Promotion of a package: deployed to Test, transported to Acceptance.

import { makePackage } from "./support/packages.js";
import { expect, test } from "./support/test.js";

test("a package deployed to Test and transported to Acceptance is served by both", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const pkg = makePackage({ fillerBytes: 200_000 });
  const { version } = pkg;
  await deploy.uploadAndCloseDetails(pkg);

  const before = await deploy.version("Test").innerText();
  const deployDialog = await deploy.openDeployDialog(version, "Test");
  await expect(deployDialog.locator(".way")).toContainText("Repository");
  await expect(deployDialog.locator(".way")).toContainText(before);
  await expect(deployDialog.getByText(`${before} stays if anything goes wrong.`)).toBeVisible();
  await deployDialog.getByRole("button", { name: `Deploy ${version} to Test` }).click();
  const stages = deployDialog.getByRole("list").getByRole("listitem");
  await expect(stages).toContainText(["Verify", "Unpack", "Start", "Replace"]);
  await expect(deployDialog.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on Test.`, { timeout: 20_000 });
  await expect(stages).toContainText(["done", "done", "done", "done"]);
  await deploy.closeDialog();
  await expect(deploy.version("Test")).toHaveText(version);
  await expect(deploy.card("Test")).toContainText("running");
  await expect(deploy.row(version)).toContainText("Test");

  const testSite = await deploy.openSite("Test");
  await expect(testSite.getByRole("heading", { name: version })).toBeVisible();
  await deploy.closeSite(testSite);

  await expect(deploy.connector("Acceptance")).toContainText("waiting");
  await expect(deploy.transportButton("Acceptance")).toHaveAccessibleDescription(`Carries ${version}.`);
  const transportDialog = await deploy.openTransportDialog(version, "Acceptance");
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy?transport=acceptance");
  await expect(transportDialog.locator(".way")).toContainText("Test");
  await expect(transportDialog.getByRole("heading", { name: /^What differs from/ })).toBeVisible();
  await deploy.confirmAndWait(transportDialog, version, "Acceptance");
  await deploy.closeDialog();
  await expect(deploy.connector("Acceptance")).toContainText("same version");
  await expect(deploy.transportButton("Acceptance")).toHaveCount(0);
  await expect(deploy.row(version)).toContainText("Test and Acceptance");
  await expect(deploy.transportButton("Production")).toHaveAccessibleDescription(new RegExp(`Carries ${version.replaceAll(".", "\\.")}\\.`));

  const acceptanceSite = await deploy.openSite("Acceptance");
  await expect(acceptanceSite.getByRole("heading", { name: version })).toBeVisible();
  await deploy.closeSite(acceptanceSite);

  // A package that is deployed cannot be deleted.
  await deploy.row(version).getByRole("button", { name: `More for ${pkg.file.name}` }).click();
  const deleteItem = page.getByRole("menuitem", { name: "Delete" });
  await expect(deleteItem).toHaveAttribute("aria-disabled", "true");
  await expect(deleteItem).toHaveAccessibleDescription(/Test and Acceptance/);
});

test("a deployment continues after its dialog is closed", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("crm");
  const pkg = makePackage({ app: "crm" });
  await deploy.uploadAndCloseDetails(pkg);
  const dialog = await deploy.openDeployDialog(pkg.version, "Test");
  await deploy.submitButton(dialog).click();
  await expect(dialog.locator(".dialog-body").getByRole("status")).toBeAttached();
  await deploy.closeDialog();
  await expect(deploy.version("Test")).toHaveText(pkg.version, { timeout: 20_000 });
  await expect(deploy.card("Test")).toContainText("running");
});

test("a package can be deployed again where it already runs, and an empty Production has no link", async ({ portal }) => {
  const deploy = await portal.openDeployPage("crm");
  const pkg = makePackage({ app: "crm" });
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.deploy(pkg.version, "Test");
  const deployDialog = await deploy.openDeployDialog(pkg.version, "Test");
  await expect(deployDialog.getByText("This package lies there already.")).toBeVisible();
  await deploy.closeDialog();
  await expect(deploy.card("Production")).toContainText("Nothing runs here yet.");
  await expect(deploy.card("Production").getByRole("link")).toHaveCount(0);
});

test("a package that has not been on Test cannot be deployed to Acceptance, and the menu says why", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const pkg = makePackage();
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.row(pkg.version).getByRole("button", { name: "Deploy" }).click();
  const reason = `${pkg.version} has not run on Test yet. Deploy it there first, then transport it to Acceptance.`;
  const item = page.getByRole("menuitem", { name: "Acceptance" });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(reason);
  await expect(page.getByRole("menuitem", { name: "Test" })).not.toHaveAttribute("aria-disabled", "true");
  // The dialog says so too, before anything is sent.
  const id = new URL((await deploy.row(pkg.version).getByRole("link").getAttribute("href"))!, page.url()).searchParams.get("package");
  await page.goto(`/apps/shop/deploy?deploy=${id}&onto=acceptance`);
  const dialog = page.getByRole("dialog", { name: `Deploy ${pkg.version} to Acceptance` });
  await expect(dialog.getByText(reason).first()).toBeVisible();
  await expect(deploy.submitButton(dialog)).toHaveAttribute("aria-disabled", "true");
});

test("an environment can be stopped and started from its card", async ({ portal }) => {
  const deploy = await portal.openDeployPage("crm");
  const card = deploy.card("Test");
  const version = await deploy.version("Test").innerText();
  await card.getByRole("button", { name: "Stop" }).click();
  await expect(card).toContainText("stopped");
  await expect(card.getByRole("link", { name: /localhost/ })).toHaveCount(0);
  await expect(deploy.row(version)).toContainText("Test (stopped)");
  await card.getByRole("button", { name: "Start" }).click();
  await expect(card).toContainText("running");
  await expect(deploy.version("Test")).toHaveText(version);
  const site = await deploy.openSite("Test");
  await expect(site.getByRole("heading", { name: version })).toBeVisible();
});

test("after a stop, Start again works on every page", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("crm");
  await deploy.card("Test").getByRole("button", { name: "Stop" }).click();
  await expect(deploy.card("Test").locator(".health")).toHaveText("stopped");
  await page.getByRole("link", { name: "Activity", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Activity", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(page.getByText("Test was started.")).toBeVisible();
  await page.goBack();
  await expect(deploy.card("Test").locator(".health")).toHaveText("running");
});
