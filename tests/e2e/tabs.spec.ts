// Two tabs of one browser agree on who is signed in.

import { DANA, TESS } from "./support/portal.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

test("signing out and in reaches the other tab at once", async ({ page, portal, context }) => {
  await portal.openDeploy();
  const other = await context.newPage();
  await other.goto("/apps/crm/deploy");
  await portal.deployPage("crm", other);

  await portal.signOut();
  await expect(other.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(other.getByText("Deployment Package Repository")).toHaveCount(0);
  await expect(other).toHaveURL(/\/sign-in\?to=/);

  await portal.signIn(TESS);
  await expect(portal.account(TESS)).toBeVisible();
  // The other tab is back where it was.
  await portal.deployPage("crm", other);
});

test("a tab takes over when somebody else signs in", async ({ page, portal, context }) => {
  await portal.openDeploy();
  const other = await context.newPage();
  await other.goto("/apps");
  await expect(portal.account(TESS, other)).toBeVisible();
  await portal.signOut();
  await page.goto("/apps");
  await portal.atTheDoor();
  await portal.signIn(DANA);
  await expect(portal.account(DANA)).toBeVisible();
  await expect(portal.account(DANA, other)).toBeVisible();
  await expect(portal.account(TESS, other)).toHaveCount(0);
});

test("what one tab does the other sees", async ({ portal, context }) => {
  const deploy = await portal.openDeploy("crm");
  const other = await context.newPage();
  await other.goto("/apps/crm/deploy");
  const there = await portal.deployPage("crm", other);
  await deploy.card("Test").getByRole("button", { name: "Stop" }).click();
  await expect(there.card("Test")).toContainText("stopped");
  await there.card("Test").getByRole("button", { name: "Start" }).click();
  await expect(deploy.card("Test")).toContainText("running");
});

test("a session that ended elsewhere leads to the sign-in page, and back", async ({ portal, context, watch }) => {
  watch.expect(401, /^\/api\/v1\//);
  const deploy = await portal.openDeploy();
  await context.clearCookies();
  await deploy.card("Test").getByRole("button", { name: "Restart" }).click();
  await portal.atTheDoor();
  await portal.signIn(TESS);
  await portal.deployPage();
  expect(portal.address()).toBe("/apps/shop/deploy");
});
