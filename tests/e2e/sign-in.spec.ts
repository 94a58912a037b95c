// Journey 1: signing in, coming back to the page asked for, the apps.

import { api, DANA, PASSWORD, TESS } from "./support/portal.js";
import { expect, test } from "./support/test.js";

const WRONG = "Login or password is not right.";

test("a stranger signs in and is back at the page they asked for", async ({ page, portal }) => {
  await page.goto("/apps/shop/deploy");
  await portal.atTheDoor();
  await expect.poll(() => portal.address()).toMatch(/^\/sign-in\?to=(\/|%2F)apps(\/|%2F)shop(\/|%2F)deploy$/);
  await expect(portal.login).toBeFocused();

  await portal.signIn(TESS);
  const deploy = await portal.deployPage();
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(page).toHaveTitle("Deploy · shop · Padlock");
  await expect(page.getByRole("heading", { name: "shop", level: 1 })).toBeVisible();
  await expect(deploy.environments.getByRole("article")).toHaveCount(3);
  await expect(deploy.repository.getByRole("heading", { name: "Deployment Package Repository" })).toBeVisible();
});

test("a link that leads out of the portal is not followed after signing in", async ({ page, portal }) => {
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example"]) {
    // Left first: what the page still asks for would be asked without its cookie.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
    await portal.atTheDoor();
    await portal.signIn(TESS);
    await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
    expect(portal.address()).toBe("/apps");
  }
});

test("the demo's accounts stand on the sign-in page and fill the form", async ({ page, portal }) => {
  await page.goto("/");
  await portal.atTheDoor();
  const accounts = page.getByRole("region", { name: /demo/i }).getByRole("button");
  await expect(accounts).toHaveCount(6);
  await accounts.filter({ hasText: DANA.name }).click();
  // Filled in and sent: nothing is left to press.
  await expect(portal.account(DANA)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
});

test("a wrong password is told, and only the password is to be typed again", async ({ page, portal, watch }) => {
  watch.expect(401, api("/sign-in"));
  await page.goto("/sign-in");
  await portal.atTheDoor();
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert").getByText(WRONG)).toBeVisible();
  await expect(portal.login).toHaveValue(TESS.login);
  await expect(portal.password).toHaveValue("");
  await expect(portal.password).toBeFocused();

  // Someone who does not exist gets the same answer.
  await portal.signIn({ login: "nobody@padlock.example", name: "" });
  await expect(page.getByRole("alert").getByText(WRONG)).toBeVisible();
  await expect(portal.login).toHaveValue("nobody@padlock.example");

  await portal.signIn(TESS, PASSWORD);
  await expect(portal.account(TESS)).toBeVisible();
});

test("an empty form is told at its fields", async ({ page, portal }) => {
  await page.goto("/sign-in");
  await portal.atTheDoor();
  await portal.signInButton.click();
  await expect(portal.login).toHaveAccessibleDescription("Enter your login.");
  await expect(portal.login).toHaveAttribute("aria-invalid", "true");
  await expect(portal.login).toBeFocused();
  await portal.login.fill(TESS.login);
  await portal.signInButton.click();
  await expect(portal.password).toHaveAccessibleDescription("Enter your password.");
  await expect(portal.password).toBeFocused();
  await expect(portal.login).not.toHaveAttribute("aria-invalid", "true");
});

test("the apps list says what runs where, and leads to an app", async ({ page, portal }) => {
  await portal.open("/apps");
  await expect(page).toHaveTitle("Apps · Padlock");
  const apps = page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2 }) });
  await expect(apps).toHaveCount(2);
  const shop = apps.filter({ has: page.getByRole("heading", { name: "shop" }) });
  // Production is the one that no journey changes.
  await expect(shop.getByRole("listitem").filter({ hasText: "Production" })).toContainText("1.1.0");
  await expect(shop.getByRole("listitem").filter({ hasText: "Production" })).toContainText("running");
  await expect(shop).toContainText("Tess Tanaka");
  const crm = apps.filter({ has: page.getByRole("heading", { name: "crm" }) });
  await expect(crm.getByRole("listitem").filter({ hasText: "Production" })).toContainText("empty");

  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
  expect(portal.address()).toBe("/apps/shop/deploy");
  await expect(deploy.version("Production")).toHaveText("1.1.0");
});

test("what was typed into the static form is still there when the program arrives", async ({ page, portal }) => {
  // The program comes late.
  await page.route(/\.wasm$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.locator("#shell-login").fill(TESS.login);
  await page.locator("#shell-password").pressSequentially("correct horse");
  await portal.atTheDoor();
  await expect(portal.login).toHaveValue(TESS.login);
  await expect(portal.password).toHaveValue("correct horse");
  await expect(portal.password).toBeFocused();
});
