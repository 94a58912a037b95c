// The activity page: who did what, day by day; looked through, shared by its
// address, taken along as a file.

import fs from "node:fs/promises";
import type { Page } from "@playwright/test";
import { fromTheTop, tabTo } from "./support/keys.js";
import { fitsIts, isAccessible, layoutShift } from "./support/looks.js";
import { api, DANA, INES, TESS } from "./support/portal.js";
import { StepUp } from "./support/step-up.js";
import { expect, test } from "./support/test.js";

const entries = (page: Page) => page.getByRole("main").locator("ol > li");
const about = (page: Page, text: string | RegExp) => entries(page).filter({ hasText: text });

test("what somebody does is listed, by whom and when", async ({ page, portal }) => {
  const deploy = await portal.openDeploy("shop", DANA);
  const restart = deploy.card("Test").getByRole("button", { name: "Restart" });
  await restart.click();
  await expect(restart).not.toHaveAttribute("aria-busy");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveTitle("Activity · shop · Padlock");
  await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
  await expect(entries(page).first()).toContainText("Dana Dahl restarted Test");
  const when = entries(page).first().locator("time");
  await expect(when).toHaveText(/^\d\d:\d\d$/);
  await expect(when).toHaveAttribute("title", /\d{4}/);
});

test("filters are in the address: Back, Forward and a reload keep them", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await expect(about(page, "to Production").first()).toBeVisible();
  await page.getByLabel("Type").selectOption({ label: "Transports" });
  await expect(about(page, "uploaded")).toHaveCount(0);
  await page.getByLabel("Environment").selectOption({ label: "Production" });
  await expect(about(page, "to Acceptance")).toHaveCount(0);
  await expect(about(page, "Tess Tanaka transported 1.1.0 to Production, in place of 1.0.0")).toBeVisible();
  expect(portal.address()).toBe("/apps/shop/activity?type=transported&environment=production");

  await page.goBack();
  await expect(about(page, "to Acceptance").first()).toBeVisible();
  await expect(page.getByLabel("Environment")).toHaveValue("");
  await page.goForward();
  await expect(page.getByLabel("Environment")).toHaveValue("production");
  await portal.reload();
  await expect(page.getByLabel("Type")).toHaveValue("transported");
  await expect(about(page, "to Production").first()).toBeVisible();
  await expect(about(page, "to Acceptance")).toHaveCount(0);

  await page.getByRole("button", { name: "Clear filters" }).click();
  expect(portal.address()).toBe("/apps/shop/activity");
  await expect(about(page, "uploaded").first()).toBeVisible();
});

test("a person, and a day of the reader's", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await page.getByLabel("Person").selectOption({ label: "Omar Okafor" });
  await expect(about(page, "Dana Dahl")).toHaveCount(0);
  await expect(about(page, "Omar Okafor").first()).toBeVisible();
  const day = await about(page, "uploaded 1.1.0").locator("time").getAttribute("datetime");
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Amsterdam" }).format(new Date(day ?? ""));
  await page.getByLabel("Day", { exact: true }).fill(local);
  await page.getByLabel("Day", { exact: true }).press("Enter");
  await expect(about(page, "uploaded 1.1.0")).toBeVisible();
  await expect(about(page, "to Acceptance")).toHaveCount(0);
  expect(portal.address()).toContain(`day=${local}`);

  await page.getByLabel("Day", { exact: true }).fill("2001-01-01");
  await page.getByLabel("Day", { exact: true }).press("Enter");
  await expect(page.getByText("Nothing fits")).toBeVisible();
  await isAccessible(page);
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await expect(about(page, "Dana Dahl").first()).toBeVisible();
});

test("the file is the Technical Contact's, and wears a padlock", async ({ page, portal, watch }) => {
  watch.expect(401, api("/apps/shop/activity"));
  const stepUp = new StepUp(page, portal);
  await portal.open("/apps/shop/activity?type=transported", TESS);
  await expect(entries(page).first()).toBeVisible();
  const shown = await entries(page).count();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await stepUp.unlock(TESS);
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^shop-activity.*\.csv$/);
  const lines = (await fs.readFile(await file.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines[0]).toBe("at,person,type,environment,text,id");
  expect(lines).toHaveLength(shown + 1);
  expect(lines.slice(1).every((line) => line.includes(",transported,"))).toBe(true);
});

test("somebody else is told whose the file is", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity", DANA);
  const button = page.getByRole("button", { name: "Export CSV" });
  await expect(button).toHaveAccessibleDescription(/Only Tess Tanaka, the Technical Contact, can export the activity\./);
  await button.press("Enter");
  await expect(page.getByRole("status").getByText("Only Tess Tanaka")).toBeVisible();
});

test("an app that is not mine has no activity either", async ({ page, portal, watch }) => {
  watch.expect(404, api("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/activity", INES);
  await expect(page.getByRole("heading", { name: "You have no app crm" })).toBeVisible();
});

test("it fits every width, does not jump, and axe finds nothing", async ({ page, portal }) => {
  test.setTimeout(120_000);
  await portal.open("/apps/shop/activity");
  await expect(entries(page).first()).toBeVisible();
  expect(await layoutShift(page)).toBeLessThan(0.05);
  for (const width of [390, 640, 768, 1024, 1440]) await fitsIts(page, width);
  await isAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await isAccessible(page);
});

test("by keyboard alone", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await expect(entries(page).first()).toBeVisible();
  await fromTheTop(page);
  const stops = await tabTo(page, page.getByLabel("Type"));
  expect(stops.join(" ")).toContain("Export CSV");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("Type")).toHaveValue("transported");
  await expect(page.getByLabel("Type")).toBeFocused();
  // A day is several stops in one field.
  await page.getByRole("button", { name: "Clear filters" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Type")).toHaveValue("");
  await expect(page.getByLabel("Person")).toBeFocused();
});
