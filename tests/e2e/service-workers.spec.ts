// A browser keeps the service worker of a site until its script changes. The
// worker of a release must not control the site after that release has gone.

import type { BrowserContext, Page } from "@playwright/test";
import type { DeployPage } from "./support/deploy-page.js";
import { makePackage } from "./support/packages.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

const WORKER = `
self.addEventListener("fetch", (event) => event.respondWith(new Response("from the worker")));
caches.open("pages").then((cache) => cache.put("/", new Response("from the cache")));`;
const REGISTER = `<script>navigator.serviceWorker.register("/sw.js");</script>`;

test.beforeEach(({ errorMonitor, baseURL }) => {
  errorMonitor.ignoreUrls((url) => url !== "" && !url.startsWith(baseURL ?? ""));
});

/** Deploys a site with a service worker to Test and opens a page of it that the worker answers. */
async function openSiteWithWorker(deploy: DeployPage, context: BrowserContext, path: string): Promise<Page> {
  const pkg = makePackage({ body: REGISTER, files: { "web/sw.js": WORKER } });
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.deploy(pkg.version, "Test");
  const address = (await deploy.card("Test").getByRole("link", { name: /localhost/ }).getAttribute("href")) ?? "";
  const site = await context.newPage();
  await site.goto(new URL(path, address).href);
  await expect(site.getByRole("heading", { name: pkg.version })).toBeVisible();
  await site.evaluate(async () => void (await navigator.serviceWorker.ready));
  await site.reload();
  await expect(site.getByText("from the worker")).toBeVisible();
  return site;
}

/** Visits the page again. The old worker answers; then the browser looks for a new version of it, which reloads the page. */
async function visitAgain(site: Page) {
  const url = site.url();
  await site.goto("about:blank");
  await site.goto(url);
}

async function workersAndCaches(site: Page) {
  return site.evaluate(async () => {
    const registrations = await navigator.serviceWorker.getRegistrations();
    return { workers: registrations.length, caches: await caches.keys() };
  });
}

for (const path of ["/", "/?page=orders#latest"]) {
  test(`a deployment without the service worker removes it from ${path}`, async ({ portal, context }) => {
    const deploy = await portal.openDeployPage();
    const site = await openSiteWithWorker(deploy, context, path);
    const url = site.url();

    const pkg = makePackage();
    await deploy.uploadAndCloseDetails(pkg);
    await deploy.deploy(pkg.version, "Test");
    await visitAgain(site);
    await expect(site.getByRole("heading", { name: pkg.version })).toBeVisible();
    expect(site.url()).toBe(url);
    expect(await workersAndCaches(site)).toEqual({ workers: 0, caches: [] });
    await site.reload();
    await expect(site.getByRole("heading", { name: pkg.version })).toBeVisible();
  });
}

test("a stopped environment does not live on in a service worker", async ({ portal, context }) => {
  const deploy = await portal.openDeployPage();
  const site = await openSiteWithWorker(deploy, context, "/");
  await deploy.card("Test").getByRole("button", { name: "Stop" }).click();
  await expect(deploy.card("Test")).toContainText("stopped");
  await visitAgain(site);
  await expect(site.getByRole("heading", { name: "is not running" })).toBeVisible();
  await deploy.card("Test").getByRole("button", { name: "Start" }).click();
  await expect(deploy.card("Test")).toContainText("running");
});
