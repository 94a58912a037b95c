// Signing in with a password, the redirect to the requested page, and the apps page.

import { DANA, PASSWORD, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { expect, test } from "./support/test.js";

const WRONG_CREDENTIALS = "Login or password is not right.";

test("signing in leads to the page that was requested", async ({ page, portal }) => {
  await page.goto("/apps/shop/deploy");
  await portal.waitForSignInPage();
  await expect.poll(() => portal.pathAndQuery()).toMatch(/^\/sign-in\?to=(\/|%2F)apps(\/|%2F)shop(\/|%2F)deploy$/);
  await expect(portal.login).toBeFocused();

  await portal.signIn(TESS);
  const deploy = await portal.deployPage();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
  await expect(page).toHaveTitle("Deploy · shop · Padlock");
  await expect(page.getByRole("heading", { name: "shop", level: 1 })).toBeVisible();
  await expect(deploy.environments.getByRole("article")).toHaveCount(3);
  await expect(deploy.repository.getByRole("heading", { name: "Deployment Package Repository" })).toBeVisible();
});

test("signing in does not redirect to another origin", async ({ page, portal }) => {
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example"]) {
    await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
    await portal.waitForSignInPage();
    await portal.signIn(TESS);
    await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
    expect(portal.pathAndQuery()).toBe("/apps");
    await portal.signOut();
  }
});

test("the sign-in page lists the demo accounts, and choosing one signs in", async ({ page, portal }) => {
  await page.goto("/");
  await portal.waitForSignInPage();
  const accounts = page.getByRole("region", { name: /demo/i }).getByRole("button");
  await expect(accounts).toHaveCount(9);
  await accounts.filter({ hasText: DANA.name }).click();
  await expect(portal.accountButton(DANA)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Apps", level: 1 })).toBeVisible();
});

test("a wrong password is refused, and only the password has to be typed again", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, apiPath("/sign-in"));
  await page.goto("/sign-in");
  await portal.waitForSignInPage();
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert").getByText(WRONG_CREDENTIALS)).toBeVisible();
  await expect(portal.login).toHaveValue(TESS.login);
  await expect(portal.password).toHaveValue("");
  await expect(portal.password).toBeFocused();

  // An unknown login gets the same message, so that nobody can find out which logins exist.
  await portal.signIn({ login: "nobody@padlock.example", name: "" });
  await expect(page.getByRole("alert").getByText(WRONG_CREDENTIALS)).toBeVisible();
  await expect(portal.login).toHaveValue("nobody@padlock.example");

  await portal.signIn(TESS, PASSWORD);
  await expect(portal.accountButton(TESS)).toBeVisible();
});

test("empty fields are reported at the fields", async ({ page, portal }) => {
  await page.goto("/sign-in");
  await portal.waitForSignInPage();
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

test("the apps page shows the version on every environment and links to the deploy page", async ({ page, portal }) => {
  await portal.open("/apps");
  await expect(page).toHaveTitle("Apps · Padlock");
  const apps = page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2 }) });
  await expect(apps).toHaveCount(2);
  const shop = apps.filter({ has: page.getByRole("heading", { name: "shop" }) });
  // Only step-up.spec.ts changes shop's Production on the server, and it runs after this file.
  await expect(shop.getByRole("listitem").filter({ hasText: "Production" })).toContainText("1.1.0");
  await expect(shop.getByRole("listitem").filter({ hasText: "Production" })).toContainText("running");
  await expect(shop).toContainText("Tess Tanaka");
  const crm = apps.filter({ has: page.getByRole("heading", { name: "crm" }) });
  await expect(crm.getByRole("listitem").filter({ hasText: "Production" })).toContainText("empty");

  await page.getByRole("link", { name: "shop", exact: true }).click();
  const deploy = await portal.deployPage();
  expect(portal.pathAndQuery()).toBe("/apps/shop/deploy");
  await expect(deploy.version("Production")).toHaveText("1.1.0");
});

test("text typed into the static sign-in form is kept when the app has loaded", async ({ page, portal }) => {
  await page.route(/\.wasm$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.locator("#shell-login").fill(TESS.login);
  await page.locator("#shell-password").pressSequentially("correct horse");
  await portal.waitForSignInPage();
  await expect(portal.login).toHaveValue(TESS.login);
  await expect(portal.password).toHaveValue("correct horse");
  await expect(portal.password).toBeFocused();
});
