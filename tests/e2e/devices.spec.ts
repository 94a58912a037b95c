// The preview's devices: a phone that scans the page, the mail, and a clock to
// move on; in reach while a dialog is open, by mouse and by keyboard.

import { tabTo } from "./support/keys.js";
import { fitsIts, isAccessible } from "./support/looks.js";
import { PASSWORD, SECOND } from "./support/portal.js";
import { StepUp } from "./support/step-up.js";
import { expect, test } from "./support/test.js";

test.beforeEach(({ portal }) => test.skip(!portal.inTab, "the devices are the preview's"));

test("they do for a step-up what a phone and a mailbox do", async ({ page, portal }) => {
  test.setTimeout(120_000);
  const stepUp = new StepUp(page, portal);
  const devices = page.getByRole("complementary", { name: "Devices" });
  await portal.open("/apps/shop/activity");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await stepUp.button("Close").waitFor();

  // The dialog is modal, and the devices are in reach of Tab all the same.
  await tabTo(page, devices.getByRole("button", { name: "Devices" }));
  await page.keyboard.press("Enter");
  await expect(devices.getByRole("heading", { name: "Authenticator" })).toBeVisible();
  await devices.getByRole("button", { name: "Scan the code on this page" }).click();
  await expect(devices.getByRole("status").getByText("There is no code on this page.")).toBeVisible();

  await stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
  await stepUp.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stepUp.button("Next").click();
  await expect(stepUp.dialog.getByRole("link", { name: /QR code/ })).toBeVisible();
  await devices.getByRole("button", { name: "Scan the code on this page" }).press("Enter");
  const code = devices.locator("output");
  await expect(code).toHaveText(/^\d{3} \d{3}$/);

  // A phone that is minutes off is told so, and one that is right opens the padlock.
  await devices.getByRole("radio", { name: "2 min fast" }).check();
  await stepUp.code.fill((await code.innerText()).replace(" ", ""));
  await expect(stepUp.dialog.getByText(/about 2 minutes fast/)).toBeVisible({ timeout: 20 * SECOND });
  await devices.getByRole("radio", { name: "Right" }).check();
  await stepUp.code.fill((await code.innerText()).replace(" ", ""));
  await stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
  await stepUp.button("Done").click();
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(stepUp.pill).toBeVisible();
  await expect(devices.getByText("Padlock: two-factor authentication was set up")).toBeVisible();

  // Eight hours later the window is closed, and the page knows.
  await devices.getByRole("button", { name: "+8 h" }).click();
  await expect(devices.getByText("8 h ahead")).toBeVisible();
  await expect(stepUp.pill).toHaveCount(0);
});

test("they fit every width, and axe finds nothing", async ({ page, portal }) => {
  test.setTimeout(120_000);
  await portal.open("/apps/shop/activity");
  await page.getByRole("button", { name: "Devices" }).click();
  for (const width of [390, 768, 1024, 1440]) await fitsIts(page, width);
  await isAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await isAccessible(page);
});
