// What every journey starts from: Playwright's test with a watched console and
// the pages of the portal.

import { test as base, expect } from "@playwright/test";
import { Portal } from "./portal.js";
import { Watch } from "./watch.js";

type Fixtures = { watch: Watch; portal: Portal };

export const test = base.extend<Fixtures>({
  watch: [
    async ({ context }, use) => {
      const watch = new Watch(context);
      await use(watch);
      expect(watch.complaints(), "what the browser complained about").toEqual([]);
    },
    { auto: true },
  ],
  portal: async ({ page }, use, testInfo) => {
    await use(new Portal(page, testInfo.project.name === "preview"));
  },
});

/** Journeys that need a server: two tabs, headers, addresses. Before everything else that a file does before its tests. */
export function needsServer() {
  test.beforeAll(({}, testInfo) => {
    test.skip(testInfo.project.name !== "server", "there is no server in the preview");
  });
}

/** A journey of somebody who has no second factor yet. On the server that is so only once. */
export function needsUnenrolled(portal: Portal) {
  test.skip(!portal.inTab, "there everybody begins without a second factor");
}

export { expect };
