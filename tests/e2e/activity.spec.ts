// The activity page of an app: the list of operations, its filters and the CSV export.

import fs from "node:fs/promises";
import type { Page } from "@playwright/test";
import { DANA, INES, TESS } from "./support/demo-accounts.js";
import { apiPath } from "./support/error-monitor.js";
import { resetFocus, tabTo } from "./support/keyboard.js";
import { expectAccessible, expectNoHorizontalScroll, layoutShift } from "./support/page-checks.js";
import { StepUpDialog } from "./support/step-up-dialog.js";
import { expect, test } from "./support/test.js";

const entries = (page: Page) => page.getByRole("main").locator("ol > li");
const entriesWith = (page: Page, text: string | RegExp) => entries(page).filter({ hasText: text });

test("an operation is listed with the person and the time", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage("shop", DANA);
  const restart = deploy.card("Test").getByRole("button", { name: "Restart" });
  await restart.click();
  await expect(restart).not.toHaveAttribute("aria-busy");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveTitle("Activity · shop · Padlock");
  await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
  await expect(entries(page).first()).toContainText("Dana Dahl restarted Test");
  const time = entries(page).first().locator("time");
  await expect(time).toHaveText(/^\d\d:\d\d$/);
  await time.hover();
  await expect(time).toHaveAttribute("title", /\d{4}/);
});

test("filters are part of the URL, and Back, Forward and a reload restore them", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await expect(entriesWith(page, "to Production").first()).toBeVisible();
  await page.getByLabel("Type").selectOption({ label: "Transports" });
  await expect(entriesWith(page, "uploaded")).toHaveCount(0);
  await page.getByLabel("Environment").selectOption({ label: "Production" });
  await expect(entriesWith(page, "to Acceptance")).toHaveCount(0);
  await expect(entriesWith(page, "Tess Tanaka transported 1.1.0 to Production, in place of 1.0.0")).toBeVisible();
  expect(portal.pathAndQuery()).toBe("/apps/shop/activity?type=transported&environment=production");

  await page.goBack();
  await expect(entriesWith(page, "to Acceptance").first()).toBeVisible();
  await expect(page.getByLabel("Environment")).toHaveValue("");
  await page.goForward();
  await expect(page.getByLabel("Environment")).toHaveValue("production");
  await portal.reload();
  await expect(page.getByLabel("Type")).toHaveValue("transported");
  await expect(entriesWith(page, "to Production").first()).toBeVisible();
  await expect(entriesWith(page, "to Acceptance")).toHaveCount(0);

  await page.getByRole("button", { name: "Clear filters" }).click();
  expect(portal.pathAndQuery()).toBe("/apps/shop/activity");
  await expect(entriesWith(page, "uploaded").first()).toBeVisible();
});

test("entries can be filtered by person, and by day in the browser's time zone", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await page.getByLabel("Person").selectOption({ label: "Omar Okafor" });
  await expect(entriesWith(page, "Dana Dahl")).toHaveCount(0);
  await expect(entriesWith(page, "Omar Okafor").first()).toBeVisible();
  const timestamp = await entriesWith(page, "uploaded 1.1.0").locator("time").getAttribute("datetime");
  const localDay = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Amsterdam" }).format(new Date(timestamp ?? ""));
  await page.getByLabel("Day", { exact: true }).fill(localDay);
  await page.getByLabel("Day", { exact: true }).press("Enter");
  await expect(entriesWith(page, "uploaded 1.1.0")).toBeVisible();
  await expect(entriesWith(page, "to Acceptance")).toHaveCount(0);
  expect(portal.pathAndQuery()).toContain(`day=${localDay}`);

  await page.getByLabel("Day", { exact: true }).fill("2001-01-01");
  await page.getByLabel("Day", { exact: true }).press("Enter");
  await expect(page.getByText("Nothing fits")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await expect(entriesWith(page, "Dana Dahl").first()).toBeVisible();
});

test("the CSV export is for the Technical Contact and asks for two-factor authentication", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(401, apiPath("/apps/shop/activity"));
  const stepUp = new StepUpDialog(page, portal);
  await portal.open("/apps/shop/activity?type=transported", TESS);
  await expect(entries(page).first()).toBeVisible();
  const entryCount = await entries(page).count();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await stepUp.unlock(TESS);
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^shop-activity.*\.csv$/);
  const lines = (await fs.readFile(await file.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines[0]).toBe("\uFEFFat,person,type,environment,text,id");
  expect(lines).toHaveLength(entryCount + 1);
  expect(lines.slice(1).every((line) => line.includes(",transported,"))).toBe(true);
});

test("a member who may not export the activity is told who may", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity", DANA);
  const button = page.getByRole("button", { name: "Export CSV" });
  await expect(button).toHaveAccessibleDescription(/Only Tess Tanaka, the Technical Contact, can export the activity\./);
  await button.press("Enter");
  await expect(page.getByRole("status").getByText("Only Tess Tanaka")).toBeVisible();
});

test("the activity page of an app is not found for somebody outside its team", async ({ page, portal, errorMonitor }) => {
  errorMonitor.allowResponse(404, apiPath("/apps/crm(/.*)?"));
  await portal.open("/apps/crm/activity", INES);
  await expect(page.getByRole("heading", { name: "You have no app crm" })).toBeVisible();
});

test("the activity page does not scroll sideways or shift, and has no axe violations", async ({ page, portal }) => {
  test.setTimeout(120_000);
  await portal.open("/apps/shop/activity");
  await expect(entries(page).first()).toBeVisible();
  expect(await layoutShift(page)).toBeLessThan(0.05);
  for (const width of [390, 640, 768, 1024, 1440]) await expectNoHorizontalScroll(page, width);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
});

test("the filters can be reached and changed with the keyboard", async ({ page, portal }) => {
  await portal.open("/apps/shop/activity");
  await expect(entries(page).first()).toBeVisible();
  await resetFocus(page);
  const names = await tabTo(page, page.getByLabel("Type"));
  expect(names.join(" ")).toContain("Export CSV");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("Type")).toHaveValue("transported");
  await expect(page.getByLabel("Type")).toBeFocused();
  // Tab would stop several times inside the Day field, so the button is focused directly.
  await page.getByRole("button", { name: "Clear filters" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Type")).toHaveValue("");
  await expect(page.getByLabel("Person")).toBeFocused();
});
