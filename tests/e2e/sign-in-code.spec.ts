// Signing in to an account that requires a code at sign-in. That setting is
// chosen at enrolment, which is done here through the API.

import type { APIRequestContext, Page } from "@playwright/test";
import { Authenticator } from "./support/authenticator.js";
import { NOOR, PASSWORD, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { StepUpDialog } from "./support/step-up-dialog.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();
test.describe.configure({ mode: "serial" });

let authenticator: Authenticator;
let recoveryCodes: string[];

test.beforeAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL });
  ({ authenticator, recoveryCodes } = await enrol(api));
  await api.dispose();
});

/** Enrols Noor with `sign_in`, which requires a code at sign-in. */
async function enrol(api: APIRequestContext) {
  const post = async (path: string, data: object, token = "") => {
    const response = await api.post(`/api/v1${path}`, { data, headers: { Authorization: `Bearer ${token}` } });
    expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
    return response.json();
  };
  const { session_token } = await post("/sign-in", { login: NOOR.login, password: PASSWORD, token: true });
  const enrolment = { method: "authenticator", password: PASSWORD };
  const { enrolment_id, otpauth_uri } = await post("/account/second-factor", enrolment, session_token);
  const authenticator = Authenticator.fromUri(otpauth_uri);
  const { now } = await (await api.get("/api/v1/demo/clock")).json();
  const confirmation = { enrolment_id, code: authenticator.code(Date.parse(now)), sign_in: true };
  const { recovery_codes } = await post("/account/second-factor/confirm", confirmation, session_token);
  return { authenticator, recoveryCodes: recovery_codes as string[] };
}

const codeField = (page: Page) => page.getByRole("textbox", { name: "Code" });

test("the password alone does not sign in; the right code does, and leads to the requested page", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, apiPath("/verify-2fa-code"));
  // Noor may not see shop, so its page is not found; the test checks only that it is the one that opens.
  errorMonitor.allowResponse(404, apiPath("/apps/shop(/activity)?"));
  await page.goto("/apps/shop/activity");
  await portal.waitForSignInPage();
  await portal.signIn(NOOR);
  await expect(page.getByRole("heading", { name: "Two-factor authentication" })).toBeVisible();
  await expect(codeField(page)).toBeFocused();
  const afterPassword = await page.request.get("/api/v1/apps");
  expect(afterPassword.status(), "half a sign-in reads nothing").toBe(401);

  const stepUp = new StepUpDialog(page, portal);
  await codeField(page).fill(authenticator.wrongCode(await stepUp.now()));
  await expect(page.getByText(/That code is not right/)).toBeVisible();
  await expect(codeField(page)).toBeFocused();
  await expect(codeField(page)).toHaveValue("");
  await codeField(page).fill(await stepUp.nextCode(authenticator));
  await expect(portal.accountButton(NOOR)).toBeVisible();
  expect(portal.pathAndQuery()).toBe("/apps/shop/activity");
  await expect(stepUp.authorisedPill, "a sign-in with a code opens the padlock as well").toBeVisible();
});

test("a recovery code signs in without the authenticator", async ({ page, portal }) => {
  await page.goto("/");
  await portal.waitForSignInPage();
  await portal.signIn(NOOR);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  const field = page.getByRole("textbox", { name: /recovery code/i });
  await expect(field).toBeFocused();
  await field.fill(recoveryCodes[0]!.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(portal.accountButton(NOOR)).toBeVisible();
  await page.getByRole("button", { name: /^Notifications, \d+ new$/ }).click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText(/recovery code was used/i);
});

test("Back, Start again and a reload return to the password, and another account can sign in", async ({ page, portal }) => {
  await page.goto("/");
  await portal.waitForSignInPage();
  await portal.signIn(NOOR);
  await expect(codeField(page)).toBeFocused();
  await page.goBack();
  await expect(portal.password).toBeVisible();
  await expect(portal.login).toHaveValue(NOOR.login);
  await portal.signIn(NOOR);
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(portal.password).toBeVisible();
  await portal.signIn(NOOR);
  await expect(codeField(page)).toBeFocused();
  await page.reload();
  await portal.waitForSignInPage();
  await portal.signIn(TESS);
  await expect(portal.accountButton(TESS)).toBeVisible();
});
