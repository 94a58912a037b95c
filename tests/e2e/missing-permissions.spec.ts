// Operations that an account may not perform are shown disabled with the reason;
// apps and paths that it may not see or that do not exist lead to a not-found page.

import { DANA, INES, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { expect, test } from "./support/test.js";

const MISSING_TRANSPORT_RIGHTS = "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.";
const NOT_FOUND = "There is nothing at this address";

test("Production's buttons are disabled without Transport Rights, and say who can grant them", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("shop", DANA);
  const button = deploy.transportButton("Production");
  await expect(button).toBeVisible();
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(new RegExp(MISSING_TRANSPORT_RIGHTS));
  await expect(deploy.card("Production")).toContainText("Ask Tess Tanaka for Transport Rights");
  const restart = deploy.card("Production").getByRole("button", { name: "Restart" });
  await expect(restart).toHaveAttribute("aria-disabled", "true");
  await expect(restart).toHaveAccessibleDescription(/Tess Tanaka, the Technical Contact/);
  const stop = await deploy.openCardMenu("Production", "Stop");
  await expect(stop).toHaveAttribute("aria-disabled", "true");
  await expect(stop).toHaveAccessibleDescription(/Tess Tanaka, the Technical Contact/);
  await page.keyboard.press("Escape");

  // The reason is visible while the pointer or the focus is on the button.
  const tooltip = page.getByRole("tooltip");
  await restart.hover();
  await expect(tooltip).toContainText("Tess Tanaka, the Technical Contact");
  await tooltip.hover();
  await expect(tooltip).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(tooltip).toBeHidden();

  // It can be focused, so that the keyboard reaches the reason too; pressing it only shows the reason.
  await page.keyboard.press("Tab");
  await button.focus();
  await expect(button).toBeFocused();
  await expect(tooltip).toContainText(MISSING_TRANSPORT_RIGHTS);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").getByText(MISSING_TRANSPORT_RIGHTS)).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});

test("the operations that an account has rights for are enabled", async ({ portal }) => {
  const deploy = await portal.openDeployPage("shop", DANA);
  for (const environment of ["Test", "Acceptance"]) {
    const restart = deploy.card(environment).getByRole("button", { name: "Restart" });
    await expect(restart).toBeVisible();
    await expect(restart).not.toHaveAttribute("aria-disabled", "true");
  }
  await expect(deploy.uploadButton).not.toHaveAttribute("aria-disabled", "true");
});

test("the transport dialog opens by URL without Transport Rights, but its button is disabled", async ({ portal }) => {
  await portal.open("/apps/shop/deploy?transport=production", DANA);
  const dialog = portal.page.getByRole("dialog", { name: /to Production$/ });
  const continueButton = dialog.getByRole("button", { name: /^Transport / });
  await expect(continueButton).toHaveAttribute("aria-disabled", "true");
  await expect(continueButton).toHaveAccessibleDescription(new RegExp(MISSING_TRANSPORT_RIGHTS));
});

test("a member without any rights sees all operations of the app disabled", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("intranet", INES);
  await expect(deploy.uploadButton).toHaveAttribute("aria-disabled", "true");
  await expect(deploy.uploadButton).toHaveAccessibleDescription(/Omar Okafor, the Technical Contact/);
  await deploy.row("4.0.2").getByRole("button", { name: "Deploy" }).click();
  for (const environment of ["Test", "Acceptance", "Production"]) {
    await expect(page.getByRole("menuitem", { name: environment })).toHaveAttribute("aria-disabled", "true");
  }
});

for (const { path, app } of [
  { path: "/apps/crm/deploy", app: "crm" },
  { path: "/apps/nothing/deploy", app: "nothing" },
]) {
  test(`an app that does not exist or that the account may not see is not found: ${path}`, async ({ page, portal, errorMonitor }) => {
    errorMonitor.allowResponse(404, apiPath(`/apps/${app}(/.*)?`));
    await portal.open(path, INES);
    await expect(page.getByRole("heading", { name: `You have no app ${app}`, level: 1 })).toBeVisible();
    await expect(page.getByText("It does not exist, or you are not in its team.")).toBeVisible();
    await expect(page).toHaveTitle("Not found · Padlock");
    await expect(page.getByRole("banner")).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: "Your apps", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
    expect(portal.pathAndQuery()).toBe("/apps");
  });
}

test("an unknown path shows the not-found page", async ({ page, portal }) => {
  await portal.open("/apps");
  for (const path of ["/nothing/here", "/apps/shop/deploy/more"]) {
    if (portal.isPreview) {
      await page.evaluate((to) => {
        history.pushState(null, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path);
    } else {
      await page.goto(path);
    }
    await expect(page.getByRole("heading", { name: NOT_FOUND, level: 1 })).toBeVisible();
    await expect(page.getByRole("link", { name: "Your apps", exact: true })).toBeVisible();
    expect(portal.pathAndQuery()).toBe(path);
  }
});

test("after signing out no data is left on the page, and Back does not restore it", async ({ page, portal }) => {
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  await portal.deployPage();
  await portal.signOut();
  await expect(page.getByRole("banner")).toHaveCount(0);
  await expect(portal.login).toHaveValue("");
  await page.goBack();
  await expect(portal.signInButton).toBeVisible();
  await expect(page.getByText("Deployment Package Repository")).toHaveCount(0);

  // The next account sees only its own apps.
  await page.goto("/apps");
  await portal.waitForSignInPage();
  await portal.signIn(INES);
  await expect(portal.accountButton(INES)).toBeVisible();
  await expect(portal.accountButton(TESS)).toHaveCount(0);
  await expect(page.getByRole("link", { name: "intranet" })).toBeVisible();
  await expect(page.getByRole("link", { name: "crm" })).toHaveCount(0);
});
