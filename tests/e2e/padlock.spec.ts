// Journey 4: Production's padlock. What opens it is not built yet; until then
// the API says what is missing, and nothing happens.

import { api } from "./support/portal.js";
import { expect, test } from "./support/test.js";

const NEEDED = /Two-factor authentication is needed to transport shop \S+ to Production\. Nothing was changed\./;
const deployments = api("/apps/shop/environments/production/deployments");

test("Transport to Production wears a closed padlock, and says so", async ({ portal }) => {
  const deploy = await portal.openDeploy();
  const waiting = await deploy.version("Acceptance").innerText();
  const button = deploy.transportButton("Production");
  await expect(button).toBeEnabled();
  await expect(button).toHaveAccessibleDescription(`Carries ${waiting}. Asks for two-factor authentication.`);
  await expect(button.locator("svg.padlock")).toHaveAttribute("data-state", "closed");
  await expect(deploy.joint("Production")).toContainText("waiting");
  await expect(deploy.card("Production")).toContainText("locked");
  // What is not protected has none.
  await expect(deploy.card("Test").locator("svg.padlock")).toHaveCount(0);
  for (const act of ["Restart", "Stop"]) {
    const guarded = deploy.card("Production").getByRole("button", { name: act });
    await expect(guarded).toHaveAccessibleDescription("Asks for two-factor authentication.");
  }
});

test("Continue says that two-factor authentication is needed, and nothing is changed", async ({ page, portal, watch }) => {
  watch.expect(401, deployments);
  const deploy = await portal.openDeploy();
  const waiting = await deploy.version("Acceptance").innerText();
  const dialog = await deploy.askTransport(waiting, "Production");
  expect(portal.address()).toBe("/apps/shop/deploy?transport=production");
  await expect(dialog.locator(".way")).toContainText("Acceptance");
  await expect(dialog.locator(".way")).toContainText("1.1.0");
  await expect(dialog.getByText("1.1.0 stays if anything goes wrong.")).toBeVisible();
  const go = dialog.getByRole("button", { name: "Continue" });
  await expect(go).toHaveAccessibleDescription(/Asks for two-factor authentication\./);

  await go.click();
  const alert = dialog.getByRole("alert");
  await expect(alert).toContainText("Production is locked.");
  await expect(alert).toContainText(NEEDED);
  // The dialog stays as it was, and one may try again.
  await expect(go).toBeFocused();
  await expect(go).toBeEnabled();

  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(deploy.transportButton("Production")).toBeFocused();
  await expect(deploy.version("Production")).toHaveText("1.1.0");
  await expect(deploy.card("Production")).toContainText("running");
});

test("what was refused is not carried out later", async ({ portal, watch }) => {
  watch.expect(401, deployments);
  const deploy = await portal.openDeploy();
  const waiting = await deploy.version("Acceptance").innerText();
  const dialog = await deploy.askTransport(waiting, "Production");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("alert")).toContainText(NEEDED);
  if (portal.inTab) {
    await deploy.close();
  } else {
    await portal.reload();
    await deploy.isThere();
  }
  await expect(deploy.version("Production")).toHaveText("1.1.0");
  await expect(deploy.joint("Production")).toContainText("waiting");
});

test("Production cannot be restarted or stopped without it either", async ({ page, portal, watch }) => {
  watch.expect(401, api("/apps/shop/environments/production/(restart|stop)"));
  const deploy = await portal.openDeploy();
  for (const act of ["Restart", "Stop"]) {
    await deploy.card("Production").getByRole("button", { name: act }).click();
    await expect(page.getByRole("status").getByText(new RegExp(`needed to ${act.toLowerCase()}`))).toBeVisible();
    await expect(deploy.card("Production")).toContainText("running");
  }
  await expect(deploy.version("Production")).toHaveText("1.1.0");
});

test("the menu of a package shows Production's padlock", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  const production = page.getByRole("menuitem", { name: "Production" });
  await expect(production).toHaveAccessibleDescription("Asks for two-factor authentication.");
  await expect(page.getByRole("menuitem", { name: "Test" })).toHaveAccessibleDescription("");
});
