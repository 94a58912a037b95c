// The padlock opens: enrolling an authenticator app where Production asks for
// it, and everything that opens and closes the padlock afterwards.

import fs from "node:fs";
import type { Page } from "@playwright/test";
import type { DeployPage } from "./support/deploy.js";
import { makePackage } from "./support/packages.js";
import { keyOf } from "./support/phone.js";
import { api, OMAR, TESS, type Person, type Portal } from "./support/portal.js";
import { phoneOf, remember, StepUp } from "./support/step-up.js";
import { expect, needsServer, needsUnenrolled, test } from "./support/test.js";

const verify = api("/verify-2fa-code");
const confirm = api("/account/second-factor/confirm");

test.setTimeout(150_000);

/** Opens shop with a version of its own that waits for Production. */
async function waiting(portal: Portal, who: Person = TESS): Promise<{ deploy: DeployPage; version: string }> {
  const deploy = await portal.openDeploy("shop", who);
  const made = makePackage();
  await deploy.add(made);
  await deploy.deploy(made.version, "Test");
  const onwards = await deploy.askTransport(made.version, "Acceptance");
  await deploy.proceed(onwards, made.version, "Acceptance");
  await deploy.close();
  return { deploy, version: made.version };
}

/** Unlocks by a restart of Production, as whoever is signed in. */
async function restart(page: Page, portal: Portal, deploy: DeployPage, who: Person) {
  const stepUp = new StepUp(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  const phone = await stepUp.unlock(who);
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(stepUp.pill).toBeVisible();
  await expect(deploy.card("Production")).toContainText("running");
  return { stepUp, phone };
}

test("Transport to Production, first time", async ({ page, portal, watch, context }) => {
  watch.expect(401, confirm);
  watch.expect(401, verify);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { deploy, version } = await waiting(portal, OMAR);
  const stepUp = new StepUp(page, portal);
  const before = await deploy.version("Production").innerText();

  // The padlock asks in place; nothing is enrolled.
  const transport = await deploy.askTransport(version, "Production");
  await transport.getByRole("button", { name: "Continue" }).click();
  await expect(stepUp.dialog).toBeVisible();
  await expect(stepUp.dialog).toContainText(`To transport shop ${version} to Production.`);
  await expect(stepUp.dialog.locator(".dialog-body").getByRole("status")).toContainText("Step 1 of 4");
  await expect(stepUp.dialog.getByRole("button", { name: /^Use SMS/ })).toContainText(/weaker/);

  const phone = await stepUp.upToTheKey();
  expect(phone.label).toEqual({ issuer: "Padlock", label: OMAR.login, algorithm: "SHA1", digits: 6, period: 30 });
  expect(await keyOf(stepUp.dialog.locator(".key-fours"))).toBe(phone.key);
  const picture = stepUp.dialog.locator(".qr");
  expect((await picture.boundingBox())?.width).toBeGreaterThanOrEqual(200);
  await stepUp.button("Copy key").click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(phone.key);

  // A phone that is off is told so; what is simply wrong is simply wrong.
  const now = await stepUp.now();
  await stepUp.code.fill(phone.code(now + 4 * 30_000));
  await expect(stepUp.dialog.getByText(/Your phone's clock is about \d minutes fast/)).toBeVisible();
  await expect(stepUp.code).toBeFocused();
  await expect(stepUp.code).toHaveValue("");
  await expect(stepUp.code).toHaveAttribute("aria-invalid", "true");
  await stepUp.code.fill(phone.wrongCode(now));
  await expect(stepUp.dialog.getByText(/That code is not right/)).toBeVisible();

  const right = phone.code(await stepUp.now());
  await stepUp.code.fill(`${right.slice(0, 3)} ${right.slice(3)}`);
  const codes = stepUp.dialog.getByRole("region", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(12);
  if (!portal.inTab) remember(OMAR, phone);
  const first = (await codes.first().innerText()).trim();
  expect(first).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){2}$/);
  const [saved, done] = [stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" }), stepUp.button("Done")];
  await expect(saved).not.toBeChecked();
  await expect(done).toBeDisabled();
  const downloading = page.waitForEvent("download");
  await stepUp.button("Download").click();
  const file = await (await downloading).path();
  expect(fs.readFileSync(file, "utf8")).toContain(first);
  await expect(saved).toBeChecked();
  await done.click();

  // The transport goes on with what was chosen.
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(transport.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on Production.`, { timeout: 20_000 });
  await deploy.close();
  await expect(deploy.version("Production")).toHaveText(version);
  expect(version).not.toBe(before);
  const site = await deploy.openSite("Production");
  await expect(site.getByText(version).first()).toBeVisible();
  await deploy.closeSite(site);

  // The next padlocked act asks nothing.
  await expect(stepUp.pill).toBeVisible();
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "open");
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(deploy.card("Production")).toContainText("running");
});

test("Lock now, and it asks again: wrong, spent and right codes", async ({ page, portal, watch }) => {
  watch.expect(401, verify);
  const deploy = await portal.openDeploy("shop", OMAR);
  const { stepUp, phone } = await restart(page, portal, deploy, OMAR);
  await page.getByRole("button", { name: "Lock now" }).click();
  await expect(stepUp.pill).toHaveCount(0);
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");

  const button = deploy.card("Production").getByRole("button", { name: "Restart" });
  await button.click();
  await expect(stepUp.dialog).toContainText("To restart");
  await expect(stepUp.dialog).toContainText(/stays unlocked in this browser until/);
  await expect(stepUp.code).toBeFocused();
  await stepUp.code.fill(phone.wrongCode(await stepUp.now()));
  await expect(stepUp.dialog.getByText("That code is not right. 4 tries left.")).toBeVisible();
  await expect(stepUp.code).toBeFocused();
  await expect(stepUp.code).toHaveValue("");
  const code = await stepUp.nextCode(phone);
  await stepUp.code.fill(code);
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(button).toBeFocused();

  await page.getByRole("button", { name: "Lock now" }).click();
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
  await button.click();
  await stepUp.code.fill(code);
  // Once for the eyes, with its seconds counting down, and once for the ears.
  await expect(stepUp.dialog.getByText(/That code was used already\. The next one comes in \d+ s\./).last()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(button).toBeFocused();
});

test("cancelling before the right code changes nothing", async ({ page, portal }) => {
  needsUnenrolled(portal);
  const { deploy, version } = await waiting(portal);
  const stepUp = new StepUp(page, portal);
  const transport = await deploy.askTransport(version, "Production");
  const go = transport.getByRole("button", { name: "Continue" });
  await go.click();
  const first = await stepUp.upToTheKey();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(go).toBeFocused();
  await expect(transport).toBeVisible();
  // Another time is another key, and nothing was enrolled.
  await go.click();
  expect((await stepUp.upToTheKey()).key).not.toBe(first.key);
});

test("a recovery code opens once, and its owner is told", async ({ page, portal, watch }) => {
  needsUnenrolled(portal);
  watch.expect(401, verify);
  const deploy = await portal.openDeploy();
  const stepUp = new StepUp(page, portal);
  const button = deploy.card("Production").getByRole("button", { name: "Restart" });
  await button.click();
  const phone = await stepUp.upToTheKey();
  await stepUp.code.fill(phone.code(await stepUp.now()));
  const recovery = (await stepUp.dialog.getByRole("listitem").first().innerText()).trim();
  await stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
  await stepUp.button("Done").click();
  await expect(stepUp.pill).toBeVisible();
  for (const first of [true, false]) {
    await page.getByRole("button", { name: "Lock now" }).click();
    await button.click();
    await stepUp.button("Use a recovery code").click();
    await expect(stepUp.code).toBeFocused();
    await stepUp.code.fill(recovery.toLowerCase());
    await stepUp.button("Unlock").click();
    if (first) await expect(stepUp.pill).toBeVisible();
    else await expect(stepUp.dialog.getByText("That recovery code was used already. Use another one.")).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "About your account" })).toContainText("A recovery code was used");
});

test.describe("on the server", () => {
  needsServer();

  test("the padlock belongs to this browser: a second one, another tab, sign-out, eight hours", async ({ page, portal, context, browser }) => {
    const deploy = await portal.openDeploy("shop", OMAR);
    const { stepUp, phone } = await restart(page, portal, deploy, OMAR);

    // Another tab of the same browser shows the same, at once.
    const tab = await context.newPage();
    await tab.goto(page.url());
    const there = await portal.deployPage("shop", tab);
    await expect(new StepUp(tab, portal).pill).toBeVisible();
    await tab.getByRole("button", { name: "Lock now" }).click();
    await expect(stepUp.pill).toHaveCount(0);
    await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
    await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
    await stepUp.code.fill(await stepUp.nextCode(phone));
    await expect(new StepUp(tab, portal).pill).toBeVisible();
    await expect(there.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "open");
    await tab.close();

    // Another browser is another session.
    const other = await browser.newContext();
    const elsewhere = await other.newPage();
    await elsewhere.goto(page.url());
    const stranger = new (portal.constructor as typeof Portal)(elsewhere, false);
    await stranger.atTheDoor();
    await stranger.signIn(OMAR);
    const theirs = await stranger.deployPage();
    await expect(theirs.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
    await other.close();

    // Eight hours by the server's clock: the page notices.
    await stepUp.advance(8 * 60 * 60);
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(stepUp.pill).toHaveCount(0);
    await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
    await stepUp.code.fill(await stepUp.nextCode(phone));
    await expect(stepUp.pill).toBeVisible();

    await portal.signOut(OMAR);
    await portal.openDeploy("shop", OMAR);
    await expect(stepUp.pill).toHaveCount(0);
  });

  test("a script signs in, proves its code, transports", async ({ page, portal, playwright, baseURL }) => {
    const { version } = await waiting(portal, OMAR);
    const stepUp = new StepUp(page, portal);
    const deploy = await portal.deployPage();
    if (!phoneOf(OMAR)) await restart(page, portal, deploy, OMAR);
    const phone = phoneOf(OMAR);
    if (!phone) throw new Error("Omar is enrolled");

    const script = await playwright.request.newContext({ baseURL });
    const signedIn = await script.post("/api/v1/sign-in", {
      data: { login: OMAR.login, password: "correct horse battery staple", token: true },
    });
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    let headers = bearer((await signedIn.json()).session_token);
    const packages = await (await script.get("/api/v1/apps/shop/packages", { headers })).json();
    const found = packages.items.find((one: { version: string }) => one.version === version);
    const deployments = "/api/v1/apps/shop/environments/production/deployments";
    const data = { package_id: found.id, from: "acceptance" };
    const refused = await script.post(deployments, { headers, data });
    expect(refused.status()).toBe(401);
    expect((await refused.json()).code).toBe("step_up_required");
    expect(refused.headers()["www-authenticate"]).toContain("insufficient_user_authentication");
    const proved = await script.post("/api/v1/verify-2fa-code", { headers, data: { code: await stepUp.nextCode(phone) } });
    expect(proved.status()).toBe(200);
    headers = bearer((await proved.json()).session_token);
    expect((await script.post(deployments, { headers, data })).status()).toBe(202);
    await expect(deploy.version("Production")).toHaveText(version, { timeout: 20_000 });
    await script.dispose();
  });
});

test("codes that were not saved are asked about until they are", async ({ page, portal }) => {
  needsUnenrolled(portal);
  const deploy = await portal.openDeploy();
  const stepUp = new StepUp(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  const phone = await stepUp.upToTheKey();
  await stepUp.code.fill(phone.code(await stepUp.now()));
  await expect(stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  // The factor stands all the same.
  await expect(stepUp.pill).toBeVisible();
  const notices = page.getByRole("region", { name: "About your account" });
  await expect(notices).toContainText("Your recovery codes are not saved.");
  await notices.getByRole("button", { name: "View recovery codes" }).click();
  const view = page.getByRole("dialog", { name: "Recovery codes" });
  await view.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await view.getByLabel("Code", { exact: true }).fill(await stepUp.nextCode(phone));
  await expect(view.getByRole("listitem")).toHaveCount(12);
  await view.getByRole("checkbox", { name: "I've saved the data" }).check();
  await view.getByRole("button", { name: "Done" }).click();
  await expect(view).toHaveCount(0);
  await expect(notices).not.toContainText("not saved");
});
