// Every page and every dialog against axe's WCAG 2.2 AA rules, light and dark.

import { isAccessible } from "./support/looks.js";
import { makePackage } from "./support/packages.js";
import { Phone } from "./support/phone.js";
import { api, DANA, INES, PASSWORD, TESS } from "./support/portal.js";
import { StepUp } from "./support/step-up.js";
import { expect, needsUnenrolled, test } from "./support/test.js";

test.setTimeout(120_000);

test("sign-in, before and after a refusal", async ({ page, portal, watch }) => {
  watch.expect(401, api("/sign-in"));
  await page.goto("/sign-in");
  await portal.atTheDoor();
  await isAccessible(page);
  await portal.signIn(TESS, "not her password");
  await expect(page.getByRole("alert")).toContainText("not right");
  await isAccessible(page);
});

test("apps", async ({ page, portal }) => {
  await portal.open("/apps");
  await expect(page.getByRole("link", { name: "shop", exact: true })).toBeVisible();
  await isAccessible(page);
});

test("deploy, with rights and without", async ({ page, portal }) => {
  await portal.openDeploy();
  await isAccessible(page);
  await portal.signOut();
  await page.goto("/apps/shop/deploy");
  await portal.atTheDoor();
  await portal.signIn(DANA);
  await portal.deployPage();
  await isAccessible(page);
});

test("deploy on a phone, and an empty environment", async ({ page, portal }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await portal.open("/apps/crm/deploy");
  await expect(page.getByText("Nothing runs here yet.")).toBeVisible();
  await isAccessible(page);
});

test("the dialogs: package, delete, upload, deploy, transport, step-up", async ({ page, portal }) => {
  const deploy = await portal.openDeploy();
  const made = makePackage();
  await deploy.upload(made.file);
  await isAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: `Delete ${made.file.name}?` })).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press("Escape");
  await deploy.close();

  await deploy.openUpload();
  await deploy.fileField.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
  await isAccessible(page);
  await deploy.close();

  const onto = await deploy.askDeploy("1.0.0", "Test");
  await expect(onto.getByText(/What differs|lies there already|Same runtime/)).toBeVisible();
  await isAccessible(page);
  await deploy.close();

  await deploy.transportButton("Production").click();
  await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  await expect(new StepUp(page, portal).dialog).toBeVisible();
  await isAccessible(page);
});

test("every step of enrolling a second factor", async ({ page, portal }) => {
  needsUnenrolled(portal);
  const deploy = await portal.openDeploy();
  const stepUp = new StepUp(page, portal);
  await deploy.card("Production").getByRole("button", { name: "Restart" }).click();
  await expect(stepUp.dialog.getByRole("button", { name: /^Use SMS/ })).toBeVisible();
  await isAccessible(page);
  await stepUp.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
  await expect(stepUp.dialog.getByLabel("Password", { exact: true })).toBeVisible();
  await isAccessible(page);
  await stepUp.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stepUp.button("Next").click();
  const picture = stepUp.dialog.getByRole("link", { name: /QR code/ });
  await expect(picture).toBeVisible();
  await isAccessible(page);
  const phone = await Phone.scan(picture);
  await stepUp.code.fill(phone.code(await stepUp.now()));
  await expect(stepUp.dialog.getByRole("checkbox", { name: "I've saved the data" })).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Lock now" })).toBeVisible();
  await isAccessible(page);
});

test("an open menu, and a toast", async ({ page, portal }) => {
  const deploy = await portal.openDeploy("shop", DANA);
  await deploy.transportButton("Production").press("Enter");
  await expect(page.getByRole("status").getByText("Transport Rights")).toBeVisible();
  await deploy.row("1.0.0").getByRole("button", { name: "Deploy" }).click();
  await expect(page.getByRole("menuitem", { name: "Production" })).toBeVisible();
  await isAccessible(page);
});

test("not found", async ({ page, portal, watch }) => {
  watch.expect(404, api("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/deploy", INES);
  await expect(page.getByRole("heading", { name: "You have no app crm" })).toBeVisible();
  await isAccessible(page);
});

test("the kit, and the pages that only it can show", async ({ page, portal }) => {
  test.skip(!portal.inTab, "the kit is in the preview");
  test.setTimeout(240_000);
  await page.goto("/kit");
  await expect(page.getByRole("heading", { name: "Kit", level: 1 })).toBeVisible();
  await isAccessible(page);
  for (const scene of ["forbidden", "broken", "offline", "deploy-open"]) {
    await page.goto(`/kit?scene=${scene}`);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeAttached();
    await isAccessible(page);
  }
});
