// Journey 3: a package onto Test, its site, and from there to Acceptance.

import { makePackage } from "./support/packages.js";
import { expect, test } from "./support/test.js";

test("a package goes to Test and on to Acceptance, and each serves that very site", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const made = makePackage({ ballast: 200_000 });
  const { version } = made;
  await deploy.add(made);

  // Onto Test, from the repository.
  const before = await deploy.version("Test").innerText();
  const asked = await deploy.askDeploy(version, "Test");
  await expect(asked.locator(".way")).toContainText("Repository");
  await expect(asked.locator(".way")).toContainText(before);
  await expect(asked.getByText(`${before} stays if anything goes wrong.`)).toBeVisible();
  await asked.getByRole("button", { name: "Continue" }).click();
  const stages = asked.getByRole("list").getByRole("listitem");
  await expect(stages).toContainText(["Verify", "Unpack", "Start", "Replace"]);
  await expect(asked.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on Test.`, { timeout: 20_000 });
  await expect(stages).toContainText(["done", "done", "done", "done"]);
  await deploy.close();
  await expect(deploy.version("Test")).toHaveText(version);
  await expect(deploy.card("Test")).toContainText("running");
  await expect(deploy.row(version)).toContainText("Test");

  // Its site.
  const test = await deploy.openSite("Test");
  await expect(test.getByRole("heading", { name: version })).toBeVisible();
  await deploy.closeSite(test);

  // On to Acceptance.
  await expect(deploy.joint("Acceptance")).toContainText("waiting");
  await expect(deploy.transportButton("Acceptance")).toHaveAccessibleDescription(`Carries ${version}.`);
  const onwards = await deploy.askTransport(version, "Acceptance");
  expect(portal.address()).toBe("/apps/shop/deploy?transport=acceptance");
  await expect(onwards.locator(".way")).toContainText("Test");
  await expect(onwards.getByRole("heading", { name: /^What differs from/ })).toBeVisible();
  await deploy.proceed(onwards, version, "Acceptance");
  await deploy.close();
  await expect(deploy.joint("Acceptance")).toContainText("same version");
  await expect(deploy.transportButton("Acceptance")).toHaveCount(0);
  await expect(deploy.row(version)).toContainText("Test and Acceptance");
  await expect(deploy.transportButton("Production")).toHaveAccessibleDescription(new RegExp(`Carries ${version.replaceAll(".", "\\.")}\\.`));

  const acceptance = await deploy.openSite("Acceptance");
  await expect(acceptance.getByRole("heading", { name: version })).toBeVisible();
  await deploy.closeSite(acceptance);

  // What lies somewhere cannot be taken away.
  await deploy.row(version).getByRole("button", { name: `More for ${made.file.name}` }).click();
  const remove = page.getByRole("menuitem", { name: "Delete" });
  await expect(remove).toHaveAttribute("aria-disabled", "true");
  await expect(remove).toHaveAccessibleDescription(/Test and Acceptance/);
});

test("a deployment goes on when its dialog is closed, and its end is told", async ({ page, portal }) => {
  const deploy = await portal.openDeploy("crm");
  const made = makePackage({ app: "crm" });
  await deploy.add(made);
  const dialog = await deploy.askDeploy(made.version, "Test");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.locator(".dialog-body").getByRole("status")).toBeAttached();
  await deploy.close();
  await expect(deploy.version("Test")).toHaveText(made.version, { timeout: 20_000 });
  await expect(deploy.card("Test")).toContainText("running");
});

test("what is already there may be deployed anew, and an empty Production shows nothing", async ({ portal }) => {
  const deploy = await portal.openDeploy("crm");
  const made = makePackage({ app: "crm" });
  await deploy.add(made);
  await deploy.deploy(made.version, "Test");
  const again = await deploy.askDeploy(made.version, "Test");
  await expect(again.getByText("This package lies there already.")).toBeVisible();
  await deploy.close();
  await expect(deploy.card("Production")).toContainText("Nothing runs here yet.");
  await expect(deploy.card("Production").getByRole("link")).toHaveCount(0);
});

test("a package that skipped Test is refused on Acceptance, in words", async ({ portal, watch }) => {
  watch.expect(409, /\/environments\/acceptance\/deployments$/);
  const deploy = await portal.openDeploy();
  const made = makePackage();
  await deploy.add(made);
  const before = await deploy.version("Acceptance").innerText();
  const dialog = await deploy.askDeploy(made.version, "Acceptance");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Test");
  await expect(dialog.getByRole("alert")).toContainText("Nothing was changed.");
  await deploy.close();
  await expect(deploy.version("Acceptance")).toHaveText(before);
});

test("an environment is stopped and started from its card", async ({ portal }) => {
  const deploy = await portal.openDeploy("crm");
  const card = deploy.card("Test");
  const version = await deploy.version("Test").innerText();
  await card.getByRole("button", { name: "Stop" }).click();
  await expect(card).toContainText("stopped");
  await expect(card.getByRole("link")).toHaveCount(0);
  await card.getByRole("button", { name: "Start" }).click();
  await expect(card).toContainText("running");
  await expect(deploy.version("Test")).toHaveText(version);
  const site = await deploy.openSite("Test");
  await expect(site.getByRole("heading", { name: version })).toBeVisible();
});
