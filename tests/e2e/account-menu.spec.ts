// The account menu: recovery codes, sessions, theme.

import { INES } from "./support/demo-accounts.js";
import { expectAccessible } from "./support/page-checks.js";
import { expect, needsServer, test } from "./support/test.js";

const scheme = (page: import("@playwright/test").Page) => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

test("the theme is chosen in the account menu and stays after a reload", async ({ page, portal }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await portal.open("/apps", INES);
  await portal.accountButton(INES).click();
  await expect(page.getByRole("menuitemradio", { name: "System" })).toBeChecked();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  expect(await scheme(page)).toBe("dark");
  await page.reload();
  await expect(portal.accountButton(INES)).toBeVisible();
  expect(await scheme(page)).toBe("dark");
  await portal.accountButton(INES).click();
  await expect(page.getByRole("menuitemradio", { name: "Dark" })).toBeChecked();
  await page.getByRole("menuitemradio", { name: "System" }).click();
  expect(await scheme(page)).toBe("light dark");
});

test("recovery codes are not offered to somebody who has none, with the reason", async ({ page, portal }) => {
  await portal.open("/apps", INES);
  await portal.accountButton(INES).click();
  const item = page.getByRole("menuitem", { name: "Recovery codes" });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(/when you set up two-factor authentication/);
});

test("the sessions dialog marks this browser", async ({ page, portal }) => {
  await portal.open("/apps", INES);
  await portal.accountButton(INES).click();
  await page.getByRole("menuitem", { name: "Sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Sessions" });
  await expect(dialog.getByRole("listitem").filter({ hasText: "This browser" })).toHaveCount(1);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(portal.accountButton(INES)).toBeFocused();
});

test.describe("on the server", () => {
  needsServer();

  test("another session can be signed out", async ({ page, portal, browser }) => {
    await portal.open("/apps", INES);
    const otherContext = await browser.newContext({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1" });
    const otherPage = await otherContext.newPage();
    const otherPortal = new (portal.constructor as typeof import("./support/portal.js").Portal)(otherPage, false);
    await otherPage.goto(new URL("/apps", page.url()).href);
    await otherPortal.waitForSignInPage();
    await otherPortal.signIn(INES);
    await expect(otherPortal.accountButton(INES)).toBeVisible();

    await portal.accountButton(INES).click();
    await page.getByRole("menuitem", { name: "Sessions" }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions" });
    const phone = dialog.getByRole("listitem").filter({ hasText: "Safari on iPhone" });
    await phone.first().getByRole("button", { name: /Sign out\s+Safari on iPhone/ }).click();
    await expect(phone).toHaveCount(0);
    await otherPage.reload();
    await otherPortal.waitForSignInPage();
    await otherContext.close();
  });
});
