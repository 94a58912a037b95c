// Production's padlock while it is closed. step-up.spec.ts covers opening it.

import { StepUpDialog } from "./support/step-up-dialog.js";
import { expect, test } from "./support/test.js";

test("Transport to Production shows a closed padlock and says that it asks for a second factor", async ({ portal }) => {
  const deploy = await portal.openDeployPage();
  const version = await deploy.version("Acceptance").innerText();
  const button = deploy.transportButton("Production");
  await expect(button).toBeEnabled();
  await expect(button).toHaveAccessibleDescription(`Carries ${version}. Asks for two-factor authentication.`);
  await expect(button.locator("svg.padlock")).toHaveAttribute("data-state", "closed");
  await expect(deploy.connector("Production")).toContainText("waiting");
  await expect(deploy.card("Production")).toContainText("locked");
  // Test is not protected.
  await expect(deploy.card("Test").locator("svg.padlock")).toHaveCount(0);
  const restart = deploy.card("Production").getByRole("button", { name: "Restart" });
  await expect(restart).toHaveAccessibleDescription("Asks for two-factor authentication.");
  await expect(await deploy.openCardMenu("Production", "Stop")).toHaveAccessibleDescription("Asks for two-factor authentication.");
});

test("Continue asks for a second factor, and cancelling changes nothing", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const version = await deploy.version("Acceptance").innerText();
  const before = await deploy.version("Production").innerText();
  const dialog = await deploy.openTransportDialog(version, "Production");
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy?transport=production");
  await expect(dialog.locator(".way")).toContainText("Acceptance");
  await expect(dialog.locator(".way")).toContainText(before);
  await expect(dialog.getByText(`${before} stays if anything goes wrong.`)).toBeVisible();
  const continueButton = dialog.getByRole("button", { name: "Continue" });
  await expect(continueButton).toHaveAccessibleDescription(/Asks for two-factor authentication\./);

  await continueButton.click();
  const stepUp = new StepUpDialog(page, portal);
  await expect(stepUp.dialog).toContainText(`To transport shop ${version} to Production.`);
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  // The transport dialog stays open, so that one can try again.
  await expect(dialog).toBeVisible();
  await expect(continueButton).toBeFocused();
  await expect(continueButton).toBeEnabled();

  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
  await expect(deploy.transportButton("Production")).toBeFocused();
  await expect(deploy.version("Production")).toHaveText(before);
  await expect(deploy.card("Production")).toContainText("running");
});

test("Production cannot be restarted or stopped without a second factor", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const before = await deploy.version("Production").innerText();
  const stepUp = new StepUpDialog(page, portal);
  const restart = deploy.card("Production").getByRole("button", { name: "Restart" });
  await restart.click();
  await expect(stepUp.dialog).toContainText("To restart shop on Production");
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(restart).toBeFocused();

  // What halts Production stands apart, and says what it does before it asks for the second factor.
  await expect(deploy.card("Production").getByRole("button", { name: "Stop" })).toHaveCount(0);
  await (await deploy.openCardMenu("Production", "Stop")).click();
  const stopDialog = page.getByRole("dialog", { name: "Stop Production?" });
  await expect(stopDialog).toContainText(before);
  await page.keyboard.press("Escape");
  await expect(stopDialog).toHaveCount(0);
  await (await deploy.openCardMenu("Production", "Stop")).click();
  await stopDialog.getByRole("button", { name: "Stop Production" }).click();
  await expect(stepUp.dialog).toContainText("To stop shop on Production");
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(deploy.card("Production")).toContainText("running");
  await expect(deploy.version("Production")).toHaveText(before);
});

test("a package's Deploy menu says that Production asks for a second factor", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  const production = page.getByRole("menuitem", { name: "Production" });
  await expect(production).toHaveAccessibleDescription("Asks for two-factor authentication.");
  await expect(page.getByRole("menuitem", { name: "Test" })).toHaveAccessibleDescription("");
});
