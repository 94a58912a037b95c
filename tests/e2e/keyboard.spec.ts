// Journeys 1 to 4 by keyboard alone: Tab, Enter, Space, arrows, Escape. Every
// stop shows the focus and comes in the order of the page (support/keys.ts).

import { expect, type Page } from "@playwright/test";
import { fromTheTop, tabTo } from "./support/keys.js";
import { makePackage, type File } from "./support/packages.js";
import { Phone } from "./support/phone.js";
import { PASSWORD, TESS, type Portal } from "./support/portal.js";
import { StepUp } from "./support/step-up.js";
import { needsUnenrolled, test } from "./support/test.js";

/** Signs in by keys and goes to an app's deploy page. */
async function enter(page: Page, portal: Portal, app: string) {
  await page.goto("/");
  await portal.atTheDoor();
  await expect(portal.login).toBeFocused();
  await page.keyboard.type(TESS.login);
  await page.keyboard.press("Tab");
  await expect(portal.password).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: app, exact: true }));
  await page.keyboard.press("Enter");
  return portal.deployPage(app);
}

/** Chooses a file in the field that has the focus; the chooser itself is the system's. */
async function choose(page: Page, file: File) {
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(file);
}

test("sign in, upload, deploy and transport", async ({ page, portal }) => {
  test.setTimeout(120_000);
  const deploy = await enter(page, portal, "crm");
  const made = makePackage({ app: "crm" });

  // Upload.
  await tabTo(page, deploy.uploadButton);
  await page.keyboard.press("Space");
  const upload = page.getByRole("dialog", { name: "Upload package" });
  await expect(upload).toBeVisible();
  if (!(await deploy.fileField.evaluate((field) => field === document.activeElement))) await tabTo(page, deploy.fileField);
  await choose(page, made.file);
  await expect(page.getByRole("dialog", { name: made.file.name })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  // Onto Test: the menu by its arrows.
  const button = deploy.row(made.version).getByRole("button", { name: "Deploy" });
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
  const asked = page.getByRole("dialog", { name: `Deploy ${made.version} to Test` });
  await expect(asked.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(asked.locator(".dialog-body").getByRole("status")).toHaveText(`${made.version} now runs on Test.`, { timeout: 20_000 });
  // What was pressed is gone; the focus is still in the dialog.
  await expect(asked.locator(":focus")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(button).toBeFocused();

  // On to Acceptance.
  await tabTo(page, deploy.transportButton("Acceptance"), "Shift+Tab");
  await page.keyboard.press("Enter");
  const onwards = page.getByRole("dialog", { name: `Transport ${made.version} to Acceptance` });
  await expect(onwards.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(onwards.locator(".dialog-body").getByRole("status")).toHaveText(`${made.version} now runs on Acceptance.`, { timeout: 20_000 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(deploy.joint("Acceptance")).toContainText("same version");
  // The button that was pressed is gone with what it was for; the focus is not lost.
  await expect(page.locator("main :focus, main:focus")).toHaveCount(1);
});

test("Production's padlock, and the way out of it", async ({ page, portal }) => {
  const deploy = await enter(page, portal, "shop");
  const button = deploy.transportButton("Production");
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^Transport \S+ to Production$/ });
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  const { dialog: asks } = new StepUp(page, portal);
  await expect(asks.locator(":focus")).toHaveCount(1);
  // The dialog keeps the focus to itself.
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() => {
      const { activeElement: at } = document;
      return !!at && at !== document.body && !at.closest("dialog");
    });
    expect(outside, "the focus left the dialog").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(asks).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
});

test("enrolling, and unlocking", async ({ page, portal }) => {
  needsUnenrolled(portal);
  test.setTimeout(120_000);
  const deploy = await enter(page, portal, "shop");
  const stepUp = new StepUp(page, portal);
  const restart = deploy.card("Production").getByRole("button", { name: "Restart" });
  await tabTo(page, restart);
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(stepUp.code).toBeFocused();
  const phone = await Phone.scan(stepUp.dialog.getByRole("link", { name: /QR code/ }));
  await page.keyboard.type(phone.code(await stepUp.now()));
  const saved = stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" });
  await expect(stepUp.dialog.getByText(/^Save these now/)).toBeFocused();
  await tabTo(page, saved);
  await page.keyboard.press("Space");
  await tabTo(page, stepUp.button("Done"));
  await page.keyboard.press("Enter");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(restart).toBeFocused();
  await expect(stepUp.pill).toBeVisible();

  // Lock now, and unlock again.
  await tabTo(page, page.getByRole("button", { name: "Lock now" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(stepUp.pill).toHaveCount(0);
  await fromTheTop(page);
  await tabTo(page, restart);
  await page.keyboard.press("Enter");
  await expect(stepUp.code).toBeFocused();
  await page.keyboard.type(await stepUp.nextCode(phone));
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(restart).toBeFocused();
});

test("Tab goes through the deploy page in its order", async ({ page, portal }) => {
  await portal.openDeploy();
  await fromTheTop(page);
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await tabTo(page, skip);
  await expect(skip).toBeInViewport();
  const main = page.getByRole("main");
  await page.keyboard.press("Enter");
  await expect(main).toBeFocused();

  const names = await tabTo(page, page.getByRole("button", { name: "Upload package" }));
  const place = (name: RegExp) => names.findIndex((one) => name.test(one));
  const order = [/^test\.shop\.localhost/, /^Restart/, /^Stop/, /Transport\s+to Production/, /^production\.shop\.localhost/, /^Search packages/];
  const places = order.map(place);
  expect(places.every((at) => at >= 0), names.join(", ")).toBe(true);
});

test("menus and the account are reached, walked and left", async ({ page, portal }) => {
  await portal.openDeploy();
  const account = portal.account(TESS);
  await account.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(account).toBeFocused();
  await expect(account).toHaveAttribute("aria-expanded", "false");

  const apps = page.getByRole("banner").getByRole("button", { name: "shop" });
  await apps.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "All apps" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
});
