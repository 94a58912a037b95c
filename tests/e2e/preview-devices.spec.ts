// The preview: how soon it starts, and its Devices panel, an authenticator that
// scans the page, a mailbox and a clock. It can be used while a dialog is open.

import { PASSWORD, TESS } from "./support/demo-accounts.js";
import { tabTo } from "./support/keyboard.js";
import { expectAccessible, expectNoHorizontalScroll } from "./support/page-checks.js";
import { SECOND } from "./support/portal.js";
import { StepUpDialog } from "./support/step-up-dialog.js";
import { expect, test } from "./support/test.js";

test.beforeEach(({ portal }) => test.skip(!portal.isPreview, "the devices exist only in the preview"));

test("the devices provide the codes, emails and time that a step-up needs", async ({ page, portal }) => {
  test.setTimeout(120_000);
  const stepUp = new StepUpDialog(page, portal);
  const devices = page.getByRole("complementary", { name: "Devices" });
  await portal.open("/apps/shop/activity");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await stepUp.button("Close").waitFor();

  // The dialog is modal, but Tab has to reach the devices.
  await tabTo(page, devices.getByRole("button", { name: "Devices" }));
  await page.keyboard.press("Enter");
  await expect(devices.getByRole("heading", { name: "Authenticator" })).toBeVisible();
  await devices.getByRole("button", { name: "Scan the code on this page" }).click();
  await expect(devices.getByRole("status").getByText("There is no code on this page.")).toBeVisible();

  await stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
  await stepUp.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stepUp.button("Next").click();
  await expect(stepUp.dialog.getByRole("link", { name: /QR code/ })).toBeVisible();
  await expect(stepUp.codeField).toBeFocused();
  await devices.getByRole("button", { name: "Scan the code on this page" }).press("Enter");
  const code = devices.locator("output");
  await expect(code).toHaveText(/^\d{3} \d{3}$/);

  // A code from a clock that is two minutes fast is explained; one from a correct clock opens the padlock.
  await devices.getByRole("radio", { name: "2 min fast" }).check();
  await stepUp.codeField.fill((await code.innerText()).replace(" ", ""));
  await expect(stepUp.dialog.getByText(/about 2 minutes fast/)).toBeVisible({ timeout: 20 * SECOND });
  await devices.getByRole("radio", { name: "Right" }).check();
  await stepUp.codeField.fill((await code.innerText()).replace(" ", ""));
  await stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
  await stepUp.button("Done").click();
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(stepUp.authorisedPill).toBeVisible();
  await expect(devices.getByText("Padlock: two-factor authentication was set up")).toBeVisible();

  // The authorised window lasts eight hours.
  await devices.getByRole("button", { name: "+8 h" }).click();
  await expect(devices.getByText("8 h ahead")).toBeVisible();
  await expect(stepUp.authorisedPill).toHaveCount(0);
});

test("the devices panel does not scroll sideways and has no axe violations", async ({ page, portal }) => {
  test.setTimeout(120_000);
  await portal.open("/apps/shop/activity");
  await page.getByRole("button", { name: "Devices" }).click();
  for (const width of [390, 768, 1024, 1440]) await expectNoHorizontalScroll(page, width);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
});

test("the preview is ready at once, although its deployments take their time", async ({ page, portal }) => {
  await page.goto("/");
  await portal.waitForSignInPage();
  // The accounts come with the first response. Each of the demo's eight running environments would delay it by a second.
  const accounts = page.getByRole("region", { name: /demo/i }).getByRole("button");
  await expect(accounts.filter({ hasText: TESS.name })).toBeVisible({ timeout: 4 * SECOND });
});
