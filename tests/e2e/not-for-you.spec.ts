// Journey 5: what is not for someone is there, says why and whom to ask; what
// is not there is a designed page.

import { api, DANA, INES, TESS } from "./support/portal.js";
import { expect, test } from "./support/test.js";

const TRANSPORT = "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.";
const NOTHING = "There is nothing at this address";

test("Dana sees Production, and whom to ask for it", async ({ page, portal }) => {
  const deploy = await portal.openDeploy("shop", DANA);
  const button = deploy.transportButton("Production");
  await expect(button).toBeVisible();
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(new RegExp(TRANSPORT));
  await expect(deploy.card("Production")).toContainText("Ask Tess Tanaka for Transport Rights");
  for (const act of ["Restart", "Stop"]) {
    const refused = deploy.card("Production").getByRole("button", { name: act });
    await expect(refused).toHaveAttribute("aria-disabled", "true");
    await expect(refused).toHaveAccessibleDescription(/Tess Tanaka, the Technical Contact/);
  }

  // A keyboard finds it; pressing it says why, and does nothing.
  await button.focus();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").getByText(TRANSPORT)).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(portal.address()).toBe("/apps/shop/deploy");
});

test("Dana's own environments are hers", async ({ portal }) => {
  const deploy = await portal.openDeploy("shop", DANA);
  for (const environment of ["Test", "Acceptance"]) {
    const restart = deploy.card(environment).getByRole("button", { name: "Restart" });
    await expect(restart).toBeVisible();
    await expect(restart).not.toHaveAttribute("aria-disabled", "true");
  }
  await expect(deploy.uploadButton).not.toHaveAttribute("aria-disabled", "true");
});

test("Dana may open the dialog by its address, and is told there", async ({ portal }) => {
  await portal.open("/apps/shop/deploy?transport=production", DANA);
  const dialog = portal.page.getByRole("dialog", { name: /to Production$/ });
  const go = dialog.getByRole("button", { name: "Continue" });
  await expect(go).toHaveAttribute("aria-disabled", "true");
  await expect(go).toHaveAccessibleDescription(new RegExp(TRANSPORT));
});

test("a member with no rights at all sees an app that is not for her", async ({ page, portal }) => {
  const deploy = await portal.openDeploy("intranet", INES);
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
  test(`an app that is not hers is a page that says so: ${path}`, async ({ page, portal, watch }) => {
    watch.expect(404, api(`/apps/${app}(/.*)?`));
    await portal.open(path, INES);
    await expect(page.getByRole("heading", { name: `You have no app ${app}`, level: 1 })).toBeVisible();
    await expect(page.getByText("It does not exist, or you are not in its team.")).toBeVisible();
    await expect(page).toHaveTitle("Not found · Padlock");
    await expect(page.getByRole("banner")).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: "Your apps", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
    expect(portal.address()).toBe("/apps");
  });
}

test("an unknown address is a page that says so", async ({ page, portal }) => {
  await portal.open("/apps");
  for (const path of ["/nothing/here", "/apps/shop/deploy/more"]) {
    if (portal.inTab) {
      await page.evaluate((to) => {
        history.pushState(null, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path);
    } else {
      await page.goto(path);
    }
    await expect(page.getByRole("heading", { name: NOTHING, level: 1 })).toBeVisible();
    await expect(page.getByRole("link", { name: "Your apps", exact: true })).toBeVisible();
    expect(portal.address()).toBe(path);
  }
});

test("after signing out nothing is left on the page, and Back does not bring it back", async ({ page, portal }) => {
  await portal.open("/apps");
  await page.getByRole("link", { name: "shop", exact: true }).click();
  await portal.deployPage();
  await portal.signOut();
  await expect(page.getByRole("banner")).toHaveCount(0);
  await expect(portal.login).toHaveValue("");
  await page.goBack();
  await expect(portal.signInButton).toBeVisible();
  await expect(page.getByText("Deployment Package Repository")).toHaveCount(0);

  // Somebody else signs in and sees their own.
  await page.goto("/apps");
  await portal.atTheDoor();
  await portal.signIn(INES);
  await expect(portal.account(INES)).toBeVisible();
  await expect(portal.account(TESS)).toHaveCount(0);
  await expect(page.getByRole("link", { name: "intranet" })).toBeVisible();
  await expect(page.getByRole("link", { name: "crm" })).toHaveCount(0);
});
