// The main tasks with the keyboard alone: Tab, Enter, Space, arrow keys, Escape.
// `tabTo` checks the focus ring and the order of every focused element.

import { expect, type Page } from "@playwright/test";
import { Authenticator } from "./support/authenticator.js";
import { PASSWORD, TESS } from "./support/demo-accounts.js";
import { resetFocus, tabTo } from "./support/keyboard.js";
import { makePackage, type UploadFile } from "./support/packages.js";
import type { Portal } from "./support/portal.js";
import { StepUpDialog } from "./support/step-up-dialog.js";
import { needsAccountWithoutSecondFactor, test } from "./support/test.js";

/** Signs in and opens an app's deploy page with the keyboard. */
async function openDeployPageByKeyboard(page: Page, portal: Portal, app: string) {
  await page.goto("/");
  await portal.waitForSignInPage();
  await expect(portal.login).toBeFocused();
  await page.keyboard.type(TESS.login);
  await page.keyboard.press("Tab");
  await expect(portal.password).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeFocused();
  const link = page.getByRole("link", { name: app, exact: true });
  await expect(link).toBeVisible();
  await tabTo(page, link);
  await page.keyboard.press("Enter");
  return portal.deployPage(app);
}

/** Chooses a file in the focused field. The file chooser belongs to the operating system, so Playwright fills it in. */
async function chooseFile(page: Page, file: UploadFile) {
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(file);
}

test("signing in, uploading, deploying and transporting need only the keyboard", async ({ page, portal }) => {
  test.setTimeout(120_000);
  const deploy = await openDeployPageByKeyboard(page, portal, "crm");
  const pkg = makePackage({ app: "crm" });

  await tabTo(page, deploy.uploadButton);
  await page.keyboard.press("Space");
  const uploadDialog = page.getByRole("dialog", { name: "Upload package" });
  await expect(uploadDialog).toBeVisible();
  if (!(await deploy.fileField.evaluate((field) => field === document.activeElement))) await tabTo(page, deploy.fileField);
  await chooseFile(page, pkg.file);
  await expect(page.getByRole("dialog", { name: pkg.file.name })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const button = deploy.row(pkg.version).getByRole("button", { name: "Deploy" });
  await tabTo(page, button);
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Test" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Production" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menuitem", { name: "Production" })).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Test" })).toBeFocused();
  await page.keyboard.press("Enter");
  const deployDialog = page.getByRole("dialog", { name: `Deploy ${pkg.version} to Test` });
  await expect(deploy.submitButton(deployDialog)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(deployDialog.locator(".dialog-body").getByRole("status")).toHaveText(`${pkg.version} now runs on Test.`, { timeout: 20_000 });
  // The button that had the focus is gone, but the focus must stay in the dialog.
  await expect(deployDialog.locator(":focus")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(button).toBeFocused();

  await tabTo(page, deploy.transportButton("Acceptance"), "Shift+Tab");
  await page.keyboard.press("Enter");
  const transportDialog = page.getByRole("dialog", { name: `Transport ${pkg.version} to Acceptance` });
  await expect(deploy.submitButton(transportDialog)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(transportDialog.locator(".dialog-body").getByRole("status")).toHaveText(`${pkg.version} now runs on Acceptance.`, { timeout: 20_000 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(deploy.connector("Acceptance")).toContainText("same version");
  // The transport button is gone, but the focus must stay on the page.
  await expect(page.locator("main :focus, main:focus")).toHaveCount(1);
});

test("the step-up dialog keeps the focus, and Escape returns it to where it was", async ({ page, portal }) => {
  const deploy = await openDeployPageByKeyboard(page, portal, "shop");
  const button = deploy.transportButton("Production");
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^Transport \S+ to Production$/ });
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  const { dialog: stepUpDialog } = new StepUpDialog(page, portal);
  await expect(stepUpDialog.locator(":focus")).toHaveCount(1);
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() => {
      const { activeElement: at } = document;
      return !!at && at !== document.body && !at.closest("dialog");
    });
    expect(outside, "the focus left the dialog").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(stepUpDialog).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
});

test("enrolling a second factor and unlocking need only the keyboard", async ({ page, portal }) => {
  needsAccountWithoutSecondFactor(portal);
  test.setTimeout(120_000);
  const deploy = await openDeployPageByKeyboard(page, portal, "shop");
  const stepUp = new StepUpDialog(page, portal);
  const restart = deploy.card("Production").getByRole("button", { name: "Restart" });
  await tabTo(page, restart);
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(stepUp.codeField).toBeFocused();
  const authenticator = await Authenticator.scan(stepUp.dialog.getByRole("link", { name: /QR code/ }));
  await page.keyboard.type(authenticator.code(await stepUp.now()));
  const saved = stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" });
  await expect(stepUp.dialog.getByText(/^Save these now/)).toBeFocused();
  await tabTo(page, saved);
  await page.keyboard.press("Space");
  await tabTo(page, stepUp.button("Done"));
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(restart).toBeFocused();
  await expect(stepUp.authorisedPill).toBeVisible();

  await tabTo(page, page.getByRole("button", { name: "Lock now" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(stepUp.authorisedPill).toHaveCount(0);
  await resetFocus(page);
  await tabTo(page, restart);
  await page.keyboard.press("Enter");
  await expect(stepUp.codeField).toBeFocused();
  await page.keyboard.type(await stepUp.nextCode(authenticator));
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(restart).toBeFocused();
});

test("Tab reaches the controls of the deploy page in document order", async ({ page, portal }) => {
  await portal.openDeployPage();
  await resetFocus(page);
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await tabTo(page, skip);
  await expect(skip).toBeInViewport();
  const main = page.getByRole("main");
  await page.keyboard.press("Enter");
  await expect(main).toBeFocused();

  const names = await tabTo(page, page.getByRole("button", { name: "Upload package" }));
  const positionOf = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
  const expected = [/^since /, /^test--shop\.localhost/, /^Restart\s+Test/, /^Stop\s+Test/, /Transport\s+to Production/, /^production--shop\.localhost/, /^Search packages/];
  const positions = expected.map(positionOf);
  expect(positions.every((position) => position >= 0), names.join(", ")).toBe(true);
});

test("the account menu and the app menu can be opened, navigated and closed with the keyboard", async ({ page, portal }) => {
  await portal.openDeployPage();
  const accountButton = portal.accountButton(TESS);
  await accountButton.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Recovery codes" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(accountButton).toBeFocused();
  await expect(accountButton).toHaveAttribute("aria-expanded", "false");

  const appMenuButton = page.getByRole("banner").getByRole("button", { name: "shop" });
  await appMenuButton.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "All apps" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
});
