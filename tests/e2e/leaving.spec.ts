// A page may be left while its requests are pending. What comes back late must not fail.

import { expect, needsServer, test } from "./support/test.js";

needsServer();

test.setTimeout(180_000);

const LEAVES = 102;

test("leaving pages in the middle of their requests, a hundred times, causes no error", async ({ page, portal }) => {
  await portal.openDeployPage();
  // Requests take between 0 and 120 ms, a different time each, so that every one of them is interrupted now and then.
  let requests = 0;
  await page.route(/\/api\/v1\/(?!.*\/events$)/, async (route) => {
    requests += 1;
    await new Promise((resolve) => setTimeout(resolve, (requests * 37) % 120));
    await route.continue().catch(() => {});
  });
  const rail = page.getByRole("navigation", { name: "Main" });
  const steps = [
    () => rail.getByRole("link", { name: "Activity" }).click(),
    () => rail.getByRole("link", { name: "Deploy" }).click(),
    () => rail.getByRole("link", { name: "Apps" }).click(),
    () => page.goBack(),
    () => page.goForward(),
    () => page.goBack(),
  ];
  let left = 0;
  while (left < LEAVES) {
    for (const leave of steps) {
      await leave();
      await page.waitForTimeout((++left * 17) % 60);
    }
  }
  expect(requests).toBeGreaterThan(LEAVES);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // The page is still alive.
  await portal.deployPage();
  await rail.getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
});
