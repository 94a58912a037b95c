// Journeys run twice: over the real server, and over the preview, which is the
// same program with the API in the tab. `cargo xtask test journeys` builds both
// and comes here; after a build, `npx playwright test --project=server` does too.

import { defineConfig } from "@playwright/test";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const target = process.env.PADLOCK_TARGET ?? path.join(root, "target");
const chromium = process.env.PADLOCK_CHROMIUM ?? "/usr/bin/chromium";

const portal = Number(process.env.PADLOCK_PORTAL_PORT ?? 18080);
const apps = Number(process.env.PADLOCK_APPS_PORT ?? 18081);
const preview = Number(process.env.PADLOCK_PREVIEW_PORT ?? 18090);

// A new installation for each run: its folder, and its key beside it.
const data = path.join(target, "e2e/installation");
const serve = [
  `"${target}/release/padlock-server" serve --demo`,
  `--listen 127.0.0.1:${portal} --apps-listen 127.0.0.1:${apps}`,
  `--data "${data}/data" --dist "${root}/dist"`,
].join(" ");

export default defineConfig({
  testDir: ".",
  outputDir: path.join(target, "e2e/results"),
  reporter: [["list"], ["json", { outputFile: path.join(target, "e2e/report.json") }]],
  forbidOnly: !!process.env.CI,
  // A journey that passes only at the second try is a bug somewhere.
  retries: 0,
  // The machine has two cores.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Amsterdam",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        // Without these Chromium looks for its maker's hosts at every start.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    // One installation is shared.
    { name: "server", workers: 1, use: { baseURL: `http://localhost:${portal}` } },
    { name: "preview", use: { baseURL: `http://127.0.0.1:${preview}` } },
  ],
  webServer: [
    {
      name: "server",
      // Its log lies beside its data: between the results it would only hide them.
      command: `rm -rf "${data}" && mkdir -p "${data}" && exec ${serve} 2>"${data}/server.log"`,
      url: `http://localhost:${portal}/api/v1/ready`,
      gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
      stdout: "ignore",
    },
    {
      name: "preview",
      command: `exec "${target}/debug/xtask" preview --no-build --listen 127.0.0.1:${preview}`,
      url: `http://127.0.0.1:${preview}/`,
      gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
      stdout: "ignore",
    },
  ],
});
