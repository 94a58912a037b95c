// Checks every page and dialog with axe against WCAG 2.2 AA, in the light and the dark colour scheme.

import { Authenticator } from "./support/authenticator.js";
import { DANA, INES, PASSWORD, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { makePackage } from "./support/packages.js";
import { expectAccessible } from "./support/page-checks.js";
import { StepUpDialog } from "./support/step-up-dialog.js";
import { expect, needsAccountWithoutSecondFactor, test } from "./support/test.js";

test.setTimeout(120_000);

test("the sign-in page has no axe violations before and after a failed sign-in", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, apiPath("/sign-in"));
  await page.goto("/sign-in");
  await portal.waitForSignInPage();
  await expectAccessible(page);
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert")).toContainText("not right");
  await expectAccessible(page);
});

test("the apps page has no axe violations", async ({ page, portal }) => {
  await portal.open("/apps");
  await expect(page.getByRole("link", { name: "shop", exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("the deploy page has no axe violations with and without Transport Rights", async ({ page, portal }) => {
  await portal.openDeployPage();
  await expectAccessible(page);
  await portal.signOut();
  await page.goto("/apps/shop/deploy");
  await portal.waitForSignInPage();
  await portal.signIn(DANA);
  await portal.deployPage();
  await expectAccessible(page);
});

test("the deploy page has no axe violations on a phone and with an empty environment", async ({ page, portal }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await portal.open("/apps/crm/deploy");
  await expect(page.getByText("Nothing runs here yet.")).toBeVisible();
  await expectAccessible(page);
});

test("the package, delete, upload, deploy, transport and step-up dialogs have no axe violations", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const pkg = makePackage();
  await deploy.upload(pkg.file);
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: `Delete ${pkg.file.name}?` })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await deploy.closeDialog();

  await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
  await expectAccessible(page);
  await deploy.closeDialog();

  const deployDialog = await deploy.openDeployDialog("1.0.0", "Test");
  await expect(deployDialog.getByText(/What differs|lies there already|Same runtime/)).toBeVisible();
  await expectAccessible(page);
  await deploy.closeDialog();

  await deploy.transportButton("Production").click();
  await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  await expect(new StepUpDialog(page, portal).dialog).toBeVisible();
  await expectAccessible(page);
});

test("every step of the second-factor enrolment has no axe violations", async ({ page, portal }) => {
  needsAccountWithoutSecondFactor(portal);
  const deploy = await portal.openDeployPage();
  const stepUp = new StepUpDialog(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  await expect(stepUp.dialog.getByRole("button", { name: /^Use SMS/ })).toBeVisible();
  await expectAccessible(page);
  await stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
  await expect(stepUp.dialog.getByLabel("Password", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await stepUp.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stepUp.button("Next").click();
  const qrCode = stepUp.dialog.getByRole("link", { name: /QR code/ });
  await expect(qrCode).toBeVisible();
  await expectAccessible(page);
  const authenticator = await Authenticator.scan(qrCode);
  await stepUp.codeField.fill(authenticator.code(await stepUp.now()));
  await expect(stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Lock now" })).toBeVisible();
  await expectAccessible(page);
});

test("an open menu and a toast have no axe violations", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("shop", DANA);
  await deploy.transportButton("Production").press("Enter");
  await expect(page.getByRole("status").getByText("Transport Rights")).toBeVisible();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  await expect(page.getByRole("menuitem", { name: "Production" })).toBeVisible();
  await expectAccessible(page);
});

test("the not-found page has no axe violations", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(404, apiPath("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/deploy", INES);
  await expect(page.getByRole("heading", { name: "You have no app crm" })).toBeVisible();
  await expectAccessible(page);
});

test("the component kit and its scenes have no axe violations", async ({ page, portal }) => {
  test.skip(!portal.isPreview, "the kit exists only in the preview");
  test.setTimeout(240_000);
  await page.goto("/kit");
  await expect(page.getByRole("heading", { name: "Kit", level: 1 })).toBeVisible();
  await expectAccessible(page);
  for (const scene of ["forbidden", "broken", "offline", "deploy-open"]) {
    await page.goto(`/kit?scene=${scene}`);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeAttached();
    await expectAccessible(page);
  }
});
