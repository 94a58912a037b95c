// The tests run twice: against the real server, and against the preview, which is
// the same app with the API running in the tab. `cargo xtask test journeys` builds
// both and runs the tests. After a build, `npx playwright test --project=server`
// runs them without building again.

import { defineConfig } from "@playwright/test";
import path from "node:path";
import { fileURLToPath } from "node:url";

const directory = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(directory, "../..");
const target = process.env.PADLOCK_TARGET ?? path.join(root, "target");
const chromium = process.env.PADLOCK_CHROMIUM ?? "/usr/bin/chromium";

const portalPort = Number(process.env.PADLOCK_PORTAL_PORT ?? 18080);
const appsPort = Number(process.env.PADLOCK_APPS_PORT ?? 18081);
const previewPort = Number(process.env.PADLOCK_PREVIEW_PORT ?? 18090);

// Every run starts with a new installation. This folder holds its data folder, its key and its log.
const installation = path.join(target, "e2e/installation");
const serverCommand = [
  `"${target}/debug/padlock-server" serve --demo`,
  `--listen 127.0.0.1:${portalPort} --apps-listen 127.0.0.1:${appsPort}`,
  `--data "${installation}/data" --dist "${root}/dist"`,
].join(" ");

export default defineConfig({
  testDir: ".",
  outputDir: path.join(target, "e2e/results"),
  reporter: [["list"], ["json", { outputFile: path.join(target, "e2e/report.json") }]],
  forbidOnly: !!process.env.CI,
  // A flaky test is a bug in the test or in the app, so retries must not hide it.
  retries: 0,
  // The machine that runs the tests has two cores.
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
        // Otherwise Chromium contacts Google's servers at every start.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    // One worker, because the tests share one installation. The files run in alphabetical order, and some rely on it:
    // sign-in.spec.ts expects the demo data's version on Production, which step-up.spec.ts replaces.
    { name: "server", workers: 1, use: { baseURL: `http://localhost:${portalPort}` } },
    { name: "preview", use: { baseURL: `http://127.0.0.1:${previewPort}` } },
  ],
  webServer: [
    {
      name: "server",
      // The log goes to a file, because in the terminal it would hide the test results.
      command: `rm -rf "${installation}" && mkdir -p "${installation}" && exec ${serverCommand} 2>"${installation}/server.log"`,
      url: `http://localhost:${portalPort}/api/v1/ready`,
      gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
      stdout: "ignore",
    },
    {
      name: "preview",
      command: `exec "${target}/debug/xtask" preview --no-build --listen 127.0.0.1:${previewPort}`,
      url: `http://127.0.0.1:${previewPort}/`,
      gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
      stdout: "ignore",
    },
  ],
});
