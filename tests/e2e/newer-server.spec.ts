// An open tab may be older than the server. Fields and values of enumerations that it does not know must not make a
// response unreadable (docs/adr/0004).

import type { Page } from "@playwright/test";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

/** Enumerations of responses, by the name of their field. */
const ENUMERATIONS = new Set(["status", "health", "padlock", "promotion", "assurance", "first_binding", "state"]);

/** Adds an unknown field to every object, and puts an unknown value in place of every value of an enumeration. */
function makeNewer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(makeNewer);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, field]) => [
    name,
    typeof field === "string" && ENUMERATIONS.has(name) ? "of_a_newer_server" : makeNewer(field),
  ]);
  return { ...Object.fromEntries(entries), added_by_a_newer_server: { deep: [1.5, null, "text"] } };
}

async function answerAsNewerServer(page: Page) {
  await page.route("**/api/v1/**", async (route) => {
    const request = route.request();
    if (request.method() !== "GET" || request.url().endsWith("/events")) return route.continue();
    const response = await route.fetch();
    if (!response.headers()["content-type"]?.includes("json")) return route.fulfill({ response });
    const json = makeNewer(await response.json()) as { operations?: unknown };
    await route.fulfill({ response, json });
  });
}

test("all pages show the responses of a newer server", async ({ page, portal }) => {
  await portal.openDeployPage();
  await answerAsNewerServer(page);

  await page.goto("/apps/shop/deploy");
  const environments = page.getByRole("region", { name: "Environments" });
  const production = environments.getByRole("article", { name: "Production" });
  await expect(production).toContainText("unknown");
  // What is known is shown, and nothing is offered that the page does not understand.
  await expect(production).toContainText("1.1.0");
  await expect(production.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /shop-1\.2\.0\.mda/ })).toBeVisible();

  await page.getByRole("link", { name: "1.2.0", exact: true }).first().click();
  await expect(page.getByRole("dialog", { name: /1\.2\.0/ })).toBeVisible();

  await page.goto("/apps/shop/activity");
  await expect(page.getByRole("main").locator("time").first()).toBeVisible();
  await page.goto("/apps");
  await expect(page.getByRole("link", { name: "shop" })).toBeVisible();
  // A request may still be on its way when the test ends.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a change of a kind that the page does not know has it refetch everything", async ({ page, portal }) => {
  await portal.openDeployPage();
  await page.route("**/api/v1/apps/shop/events", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: 'event: change\ndata: {"type":"of_a_newer_server","what":1}\n\n',
    }),
  );
  const refetched = ["", "/environments", "/packages"].map((path) => page.waitForRequest(`**/api/v1/apps/shop${path}`));
  // Opens a stream anew.
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Apps" }).click();
  await page.goBack();
  await Promise.all(refetched);
  const again = page.waitForRequest("**/api/v1/apps/shop/packages");
  await again;
});
