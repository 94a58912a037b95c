// Signing in to an account that asks for a code as well. It is switched on by a
// script, at enrolment.

import type { APIRequestContext, Page } from "@playwright/test";
import { Phone } from "./support/phone.js";
import { api, NOOR, PASSWORD, TESS } from "./support/portal.js";
import { StepUp } from "./support/step-up.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();
test.describe.configure({ mode: "serial" });

let phone: Phone;
let recoveryCodes: string[];

test.beforeAll(async ({ playwright, baseURL }) => {
  const script = await playwright.request.newContext({ baseURL });
  ({ phone, recoveryCodes } = await enrol(script));
  await script.dispose();
});

/** Enrols Noor, with the code at sign-in. */
async function enrol(script: APIRequestContext) {
  const post = async (path: string, data: object, token = "") => {
    const answer = await script.post(`/api/v1${path}`, { data, headers: { Authorization: `Bearer ${token}` } });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const { session_token } = await post("/sign-in", { login: NOOR.login, password: PASSWORD, token: true });
  const form = { method: "authenticator", password: PASSWORD };
  const { enrolment_id, otpauth_uri } = await post("/account/second-factor", form, session_token);
  const phone = Phone.reading(otpauth_uri);
  const { now } = await (await script.get("/api/v1/demo/clock")).json();
  const confirmed = { enrolment_id, code: phone.code(Date.parse(now)), sign_in: true };
  const { recovery_codes } = await post("/account/second-factor/confirm", confirmed, session_token);
  return { phone, recoveryCodes: recovery_codes as string[] };
}

const code = (page: Page) => page.getByRole("textbox", { name: "Code" });

test("the password alone opens nothing: a wrong code, the right one, and the page that was asked for", async ({ page, portal, watch }) => {
  watch.expect(401, api("/verify-2fa-code"));
  // It is not hers, and says so; what counts is that she is led there.
  watch.expect(404, api("/apps/shop(/activity)?"));
  await page.goto("/apps/shop/activity");
  await portal.atTheDoor();
  await portal.signIn(NOOR);
  await expect(page.getByRole("heading", { name: "Two-factor authentication" })).toBeVisible();
  await expect(code(page)).toBeFocused();
  const half = await page.request.get("/api/v1/apps");
  expect(half.status(), "half a sign-in reads nothing").toBe(401);

  const stepUp = new StepUp(page, portal);
  await code(page).fill(phone.wrongCode(await stepUp.now()));
  await expect(page.getByText(/That code is not right/)).toBeVisible();
  await expect(code(page)).toBeFocused();
  await expect(code(page)).toHaveValue("");
  await code(page).fill(await stepUp.nextCode(phone));
  await expect(portal.account(NOOR)).toBeVisible();
  expect(portal.address()).toBe("/apps/shop/activity");
  await expect(stepUp.pill, "a sign-in with a code opens the padlock as well").toBeVisible();
});

test("a recovery code signs in when the phone is gone", async ({ page, portal }) => {
  await page.goto("/");
  await portal.atTheDoor();
  await portal.signIn(NOOR);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  const field = page.getByRole("textbox", { name: /recovery code/i });
  await expect(field).toBeFocused();
  await field.fill(recoveryCodes[0]!.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(portal.account(NOOR)).toBeVisible();
  await expect(page.getByRole("region", { name: "About your account" })).toContainText(/recovery code was used/i);
});

test("Back, Start again and a reload lead to the password, and somebody else may sign in", async ({ page, portal }) => {
  await page.goto("/");
  await portal.atTheDoor();
  await portal.signIn(NOOR);
  await expect(code(page)).toBeFocused();
  await page.goBack();
  await expect(portal.password).toBeVisible();
  await expect(portal.login).toHaveValue(NOOR.login);
  await portal.signIn(NOOR);
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(portal.password).toBeVisible();
  await portal.signIn(NOOR);
  await expect(code(page)).toBeFocused();
  await page.reload();
  await portal.atTheDoor();
  await portal.signIn(TESS);
  await expect(portal.account(TESS)).toBeVisible();
});
