// Playwright's `test` with the fixtures that every test file uses.

import { test as base, expect } from "@playwright/test";
import { ErrorMonitor } from "./error-monitor.js";
import { Portal } from "./portal.js";

type Fixtures = { errorMonitor: ErrorMonitor; portal: Portal };

export const test = base.extend<Fixtures>({
  errorMonitor: [
    async ({ context }, use) => {
      const errorMonitor = new ErrorMonitor(context);
      await use(errorMonitor);
      expect(errorMonitor.unexpectedErrors(), "what the browser complained about").toEqual([]);
    },
    { auto: true },
  ],
  portal: async ({ page }, use, testInfo) => {
    await use(new Portal(page, testInfo.project.name === "preview"));
  },
});

/** Skips the tests of a file or group in the preview. Call it before any other `beforeAll`, so that those hooks are skipped too. */
export function needsServer() {
  test.beforeAll(({}, testInfo) => {
    test.skip(testInfo.project.name !== "server", "there is no server in the preview");
  });
}

/** Skips the test on the server, where earlier tests have already enrolled the account. */
export function needsAccountWithoutSecondFactor(portal: Portal) {
  test.skip(!portal.isPreview, "the account may already have a second factor on the server");
}

export { expect };
