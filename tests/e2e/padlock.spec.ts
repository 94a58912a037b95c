// Journey 4: Production's padlock while it is closed. What opens it is in step-up.spec.ts.

import { StepUp } from "./support/step-up.js";
import { expect, test } from "./support/test.js";

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

test("Continue asks for it in place, and leaving changes nothing", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const waiting = await deploy.version("Acceptance").innerText();
  const before = await deploy.version("Production").innerText();
  const dialog = await deploy.askTransport(waiting, "Production");
  expect(portal.address()).toBe("/apps/shop/deploy?transport=production");
  await expect(dialog.locator(".way")).toContainText("Acceptance");
  await expect(dialog.locator(".way")).toContainText(before);
  await expect(dialog.getByText(`${before} stays if anything goes wrong.`)).toBeVisible();
  const go = dialog.getByRole("button", { name: "Continue" });
  await expect(go).toHaveAccessibleDescription(/Asks for two-factor authentication\./);

  await go.click();
  const stepUp = new StepUp(page, portal);
  await expect(stepUp.dialog).toContainText(`To transport shop ${waiting} to Production.`);
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  // The dialog stays as it was, and one may try again.
  await expect(dialog).toBeVisible();
  await expect(go).toBeFocused();
  await expect(go).toBeEnabled();

  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(deploy.transportButton("Production")).toBeFocused();
  await expect(deploy.version("Production")).toHaveText(before);
  await expect(deploy.card("Production")).toContainText("running");
});

test("Production cannot be restarted or stopped without it either", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const before = await deploy.version("Production").innerText();
  const stepUp = new StepUp(page, portal);
  for (const act of ["Restart", "Stop"]) {
    const button = deploy.card("Production").getByRole("button", { name: act });
    await button.click();
    await expect(stepUp.dialog).toContainText(new RegExp(`To ${act.toLowerCase()} shop on Production`));
    await page.keyboard.press("Escape");
    await expect(stepUp.dialog).toHaveCount(0);
    await expect(button).toBeFocused();
    await expect(deploy.card("Production")).toContainText("running");
  }
  await expect(deploy.version("Production")).toHaveText(before);
});

test("the menu of a package shows Production's padlock", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  const production = page.getByRole("menuitem", { name: "Production" });
  await expect(production).toHaveAccessibleDescription("Asks for two-factor authentication.");
  await expect(page.getByRole("menuitem", { name: "Test" })).toHaveAccessibleDescription("");
});
