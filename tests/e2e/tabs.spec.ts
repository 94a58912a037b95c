// Two tabs of one browser share the session and see the same data.

import { DANA, TESS } from "./support/demo-accounts.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

test("signing out and in takes effect in the other tab", async ({ page, portal, context }) => {
  await portal.openDeployPage();
  const other = await context.newPage();
  await other.goto("/apps/crm/deploy");
  await portal.deployPage("crm", other);

  await portal.signOut();
  await expect(other.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(other.getByText("Deployment Package Repository")).toHaveCount(0);
  await expect(other).toHaveURL(/\/sign-in\?to=/);

  await portal.signIn(TESS);
  await expect(portal.accountButton(TESS)).toBeVisible();
  // The other tab returns to the page that it showed before.
  await portal.deployPage("crm", other);
});

test("a tab switches to the account that another tab signs in to", async ({ page, portal, context }) => {
  await portal.openDeployPage();
  const other = await context.newPage();
  await other.goto("/apps");
  await expect(portal.accountButton(TESS, other)).toBeVisible();
  await portal.signOut();
  await page.goto("/apps");
  await portal.waitForSignInPage();
  await portal.signIn(DANA);
  await expect(portal.accountButton(DANA)).toBeVisible();
  await expect(portal.accountButton(DANA, other)).toBeVisible();
  await expect(portal.accountButton(TESS, other)).toHaveCount(0);
});

test("a change in one tab is shown in the other", async ({ portal, context }) => {
  const deploy = await portal.openDeployPage("crm");
  const other = await context.newPage();
  await other.goto("/apps/crm/deploy");
  const otherDeploy = await portal.deployPage("crm", other);
  await deploy.card("Test").getByRole("button", { name: "Stop" }).click();
  await expect(otherDeploy.card("Test")).toContainText("stopped");
  await otherDeploy.card("Test").getByRole("button", { name: "Start" }).click();
  await expect(deploy.card("Test")).toContainText("running");
});

test("an ended session leads to the sign-in page, and signing in returns to the same page", async ({ portal, context, errorMonitor }) => {
  errorMonitor.allowResponse(401, /^\/api\/v1\//);
  const deploy = await portal.openDeployPage();
  await context.clearCookies();
  await deploy.card("Test").getByRole("button", { name: "Restart" }).click();
  await portal.waitForSignInPage();
  await portal.signIn(TESS);
  await portal.deployPage();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
});
