// Step-up authentication: enrolling an authenticator app when Production asks
// for it, and everything that opens and closes the padlock afterwards.

import fs from "node:fs";
import type { Page } from "@playwright/test";
import { readKey } from "./support/authenticator.js";
import { OMAR, TESS, type DemoAccount } from "./support/demo-accounts.js";
import type { DeployPage } from "./support/deploy-page.js";
import { apiPath } from "./support/error-monitor.js";
import { makePackage } from "./support/packages.js";
import type { Portal } from "./support/portal.js";
import { enrolledAuthenticator, saveAuthenticator, StepUpDialog } from "./support/step-up-dialog.js";
import { expect, needsAccountWithoutSecondFactor, needsServer, test } from "./support/test.js";

const verifyPath = apiPath("/verify-2fa-code");
const confirmPath = apiPath("/account/second-factor/confirm");

test.setTimeout(150_000);

/** Brings a new package to shop's Acceptance, so that it can be transported to Production. */
async function deployToAcceptance(portal: Portal, account: DemoAccount = TESS): Promise<{ deploy: DeployPage; version: string }> {
  const deploy = await portal.openDeployPage("shop", account);
  const pkg = makePackage();
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.deploy(pkg.version, "Test");
  const transportDialog = await deploy.openTransportDialog(pkg.version, "Acceptance");
  await deploy.confirmAndWait(transportDialog, pkg.version, "Acceptance");
  await deploy.closeDialog();
  return { deploy, version: pkg.version };
}

/** Restarts Production, which opens the padlock for the account that is signed in. */
async function unlockByRestart(page: Page, portal: Portal, deploy: DeployPage, account: DemoAccount) {
  const stepUp = new StepUpDialog(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  const authenticator = await stepUp.unlock(account);
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(stepUp.authorisedPill).toBeVisible();
  await expect(deploy.card("Production")).toContainText("running");
  return { stepUp, authenticator };
}

test("the first transport to Production enrols a second factor and leads back to the plan", async ({ page, portal, errorMonitor, context }) => {
  errorMonitor.allowResponse(401, confirmPath);
  errorMonitor.allowResponse(401, verifyPath);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { deploy, version } = await deployToAcceptance(portal, OMAR);
  const stepUp = new StepUpDialog(page, portal);
  const before = await deploy.version("Production").innerText();

  // The account has no second factor yet.
  const transport = await deploy.openTransportDialog(version, "Production");
  await transport.getByRole("button", { name: "Continue" }).click();
  await expect(stepUp.dialog).toBeVisible();
  await expect(stepUp.dialog).toContainText(`To transport shop ${version} to Production.`);
  await expect(stepUp.dialog.locator(".dialog-body").getByRole("status")).toContainText("Step 1 of 4");
  await expect(stepUp.dialog.getByRole("button", { name: /^Use SMS/ })).toContainText(/weaker/);

  const authenticator = await stepUp.startEnrolment();
  expect(authenticator.parameters).toEqual({ issuer: "Padlock", label: OMAR.login, algorithm: "SHA1", digits: 6, period: 30 });
  expect(await readKey(stepUp.dialog.locator(".key-fours"))).toBe(authenticator.key);
  const qrCode = stepUp.dialog.locator(".qr");
  expect((await qrCode.boundingBox())?.width).toBeGreaterThanOrEqual(200);
  await stepUp.button("Copy key").click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(authenticator.key);

  // A code from a fast clock gets an explanation; any other wrong code does not.
  const now = await stepUp.now();
  await stepUp.codeField.fill(authenticator.code(now + 4 * 30_000));
  await expect(stepUp.dialog.getByText(/Your phone's clock is about \d minutes fast/)).toBeVisible();
  await expect(stepUp.codeField).toBeFocused();
  await expect(stepUp.codeField).toHaveValue("");
  await expect(stepUp.codeField).toHaveAttribute("aria-invalid", "true");
  await stepUp.codeField.fill(authenticator.wrongCode(now));
  await expect(stepUp.dialog.getByText(/That code is not right/)).toBeVisible();

  const right = authenticator.code(await stepUp.now());
  await stepUp.codeField.fill(`${right.slice(0, 3)} ${right.slice(3)}`);
  const codes = stepUp.dialog.getByRole("region", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(12);
  if (!portal.isPreview) saveAuthenticator(OMAR, authenticator);
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

  // The enrolment leads back to the plan. Nothing was deployed by itself, and the button now says what it does.
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(stepUp.authorisedPill).toBeVisible();
  await expect(deploy.version("Production")).toHaveText(before);
  await transport.getByRole("button", { name: `Transport ${version} to Production` }).click();
  await expect(transport.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on Production.`, { timeout: 20_000 });
  await deploy.closeDialog();
  await expect(deploy.version("Production")).toHaveText(version);
  expect(version).not.toBe(before);
  const site = await deploy.openSite("Production");
  await expect(site.getByText(version).first()).toBeVisible();
  await deploy.closeSite(site);

  // The next protected operation asks for no code.
  await expect(stepUp.authorisedPill).toBeVisible();
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "open");
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(deploy.card("Production")).toContainText("running");
});

test("after Lock now a code is required, and a wrong or a spent code is refused", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, verifyPath);
  const deploy = await portal.openDeployPage("shop", OMAR);
  const { stepUp, authenticator } = await unlockByRestart(page, portal, deploy, OMAR);
  await page.getByRole("button", { name: "Lock now" }).click();
  await expect(stepUp.authorisedPill).toHaveCount(0);
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");

  const button = deploy.card("Production").getByRole("button", { name: "Restart" });
  await button.click();
  await expect(stepUp.dialog).toContainText("To restart");
  await expect(stepUp.dialog).toContainText(/stays unlocked in this browser until/);
  await expect(stepUp.codeField).toBeFocused();
  await stepUp.codeField.fill(authenticator.wrongCode(await stepUp.now()));
  await expect(stepUp.dialog.getByText("That code is not right. 4 tries left.")).toBeVisible();
  await expect(stepUp.codeField).toBeFocused();
  await expect(stepUp.codeField).toHaveValue("");
  const code = await stepUp.nextCode(authenticator);
  await stepUp.codeField.fill(code);
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(button).toBeFocused();

  await page.getByRole("button", { name: "Lock now" }).click();
  await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
  await button.click();
  await stepUp.codeField.fill(code);
  // The message is on the page twice: with a visible countdown, and for screen readers.
  await expect(stepUp.dialog.getByText(/That code was used already\. The next one comes in \d+ s\./).last()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(button).toBeFocused();
});

test("cancelling the enrolment before the right code enrols nothing", async ({ page, portal }) => {
  needsAccountWithoutSecondFactor(portal);
  const { deploy, version } = await deployToAcceptance(portal);
  const stepUp = new StepUpDialog(page, portal);
  const transport = await deploy.openTransportDialog(version, "Production");
  const continueButton = transport.getByRole("button", { name: "Continue" });
  await continueButton.click();
  const first = await stepUp.startEnrolment();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  await expect(continueButton).toBeFocused();
  await expect(transport).toBeVisible();
  // The dialog starts enrolment again, with a new key.
  await continueButton.click();
  expect((await stepUp.startEnrolment()).key).not.toBe(first.key);
});

test("a recovery code opens the padlock once, and a notice says that it was used", async ({ page, portal, errorMonitor }) => {
  needsAccountWithoutSecondFactor(portal);
  errorMonitor.allowResponse(401, verifyPath);
  const deploy = await portal.openDeployPage();
  const stepUp = new StepUpDialog(page, portal);
  const button = deploy.card("Production").getByRole("button", { name: "Restart" });
  await button.click();
  const authenticator = await stepUp.startEnrolment();
  await stepUp.codeField.fill(authenticator.code(await stepUp.now()));
  const recoveryCode = (await stepUp.dialog.getByRole("listitem").first().innerText()).trim();
  await stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
  await stepUp.button("Done").click();
  await expect(stepUp.authorisedPill).toBeVisible();
  for (const first of [true, false]) {
    await page.getByRole("button", { name: "Lock now" }).click();
    await button.click();
    await stepUp.button("Use a recovery code").click();
    await expect(stepUp.codeField).toBeFocused();
    // As a line of the downloaded file.
    await stepUp.codeField.fill(` 1. ${recoveryCode.toLowerCase()} `);
    await stepUp.button("Unlock").click();
    if (first) await expect(stepUp.authorisedPill).toBeVisible();
    else await expect(stepUp.dialog.getByText("That recovery code was used already. Use another one.")).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Notifications, \d+ new$/ }).click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("A recovery code was used");
});

test.describe("on the server", () => {
  needsServer();

  test("an open padlock is shared only by the tabs of one session, and closes at sign-out and after eight hours", async ({ page, portal, context, browser }) => {
    const deploy = await portal.openDeployPage("shop", OMAR);
    const { stepUp, authenticator } = await unlockByRestart(page, portal, deploy, OMAR);

    // Another tab of the same browser shares the session.
    const tab = await context.newPage();
    await tab.goto(page.url());
    const tabDeploy = await portal.deployPage("shop", tab);
    await expect(new StepUpDialog(tab, portal).authorisedPill).toBeVisible();
    await tab.getByRole("button", { name: "Lock now" }).click();
    await expect(stepUp.authorisedPill).toHaveCount(0);
    await expect(deploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
    await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
    await stepUp.codeField.fill(await stepUp.nextCode(authenticator));
    await expect(new StepUpDialog(tab, portal).authorisedPill).toBeVisible();
    await expect(tabDeploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "open");
    await tab.close();

    // Another browser has its own session.
    const otherContext = await browser.newContext();
    const otherPage = await otherContext.newPage();
    await otherPage.goto(page.url());
    const otherPortal = new (portal.constructor as typeof Portal)(otherPage, false);
    await otherPortal.waitForSignInPage();
    await otherPortal.signIn(OMAR);
    const otherDeploy = await otherPortal.deployPage();
    await expect(otherDeploy.card("Production").locator("svg.padlock").first()).toHaveAttribute("data-state", "closed");
    await otherContext.close();

    // The padlock closes after eight hours. The page notices when it gets the focus.
    await stepUp.advanceClock(8 * 60 * 60);
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(stepUp.authorisedPill).toHaveCount(0);
    await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
    await stepUp.codeField.fill(await stepUp.nextCode(authenticator));
    await expect(stepUp.authorisedPill).toBeVisible();

    await portal.signOut(OMAR);
    await portal.openDeployPage("shop", OMAR);
    await expect(stepUp.authorisedPill).toHaveCount(0);
  });

  test("an API client can transport to Production only after it has verified a code", async ({ page, portal, playwright, baseURL }) => {
    const { version } = await deployToAcceptance(portal, OMAR);
    const stepUp = new StepUpDialog(page, portal);
    const deploy = await portal.deployPage();
    if (!enrolledAuthenticator(OMAR)) await unlockByRestart(page, portal, deploy, OMAR);
    const authenticator = enrolledAuthenticator(OMAR);
    if (!authenticator) throw new Error("Omar has no saved authenticator");

    const client = await playwright.request.newContext({ baseURL });
    const signedIn = await client.post("/api/v1/sign-in", {
      data: { login: OMAR.login, password: "correct horse battery staple", token: true },
    });
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    let headers = bearer((await signedIn.json()).session_token);
    const packages = await (await client.get("/api/v1/apps/shop/packages", { headers })).json();
    const uploaded = packages.items.find((pkg: { version: string }) => pkg.version === version);
    const deployments = "/api/v1/apps/shop/environments/production/deployments";
    const data = { package_id: uploaded.id, from: "acceptance" };
    const refused = await client.post(deployments, { headers, data });
    expect(refused.status()).toBe(401);
    expect((await refused.json()).code).toBe("step_up_required");
    expect(refused.headers()["www-authenticate"]).toContain("insufficient_user_authentication");
    const verified = await client.post("/api/v1/verify-2fa-code", { headers, data: { code: await stepUp.nextCode(authenticator) } });
    expect(verified.status()).toBe(200);
    headers = bearer((await verified.json()).session_token);
    expect((await client.post(deployments, { headers, data })).status()).toBe(202);
    await expect(deploy.version("Production")).toHaveText(version, { timeout: 20_000 });
    await client.dispose();
  });
});

test("a notice asks to save the recovery codes until they are saved", async ({ page, portal }) => {
  needsAccountWithoutSecondFactor(portal);
  const deploy = await portal.openDeployPage();
  const stepUp = new StepUpDialog(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  const authenticator = await stepUp.startEnrolment();
  await stepUp.codeField.fill(authenticator.code(await stepUp.now()));
  await expect(stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(stepUp.dialog).toHaveCount(0);
  // The enrolment is complete without saving the codes.
  await expect(stepUp.authorisedPill).toBeVisible();
  const notices = page.getByRole("region", { name: "About your account" });
  await expect(notices).toContainText("Your recovery codes are not saved.");
  await notices.getByRole("button", { name: "View recovery codes" }).click();
  const codesDialog = page.getByRole("dialog", { name: "Recovery codes" });
  await codesDialog.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await codesDialog.getByLabel("Code", { exact: true }).fill(await stepUp.nextCode(authenticator));
  await expect(codesDialog.getByRole("listitem")).toHaveCount(12);
  await codesDialog.getByRole("checkbox", { name: "I've saved the data" }).check();
  await codesDialog.getByRole("button", { name: "Done" }).click();
  await expect(codesDialog).toHaveCount(0);
  await expect(notices).toHaveCount(0);
});
