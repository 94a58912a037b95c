// The site of a deployed package is untrusted. It must not reach the portal by
// request, frame or window, from either of its two addresses.

import { makePackage } from "./support/packages.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

/** Returns HTML that attempts every attack and writes the outcomes into `#log` as JSON. */
const attackPage = (portal: string) => `
<pre id="log"></pre>
<script>
const portal = ${JSON.stringify(portal)};
const outcome = {};
const writeLog = () => { document.querySelector("#log").textContent = JSON.stringify(outcome); };
const attempt = async (name, attack) => {
  try { outcome[name] = String(await attack()); } catch (error) { outcome[name] = "blocked"; }
  writeLog();
};
(async () => {
  await attempt("read", async () => (await fetch(portal + "/api/v1/session", { credentials: "include" })).status);
  await attempt("write", async () => (await fetch(portal + "/api/v1/apps/shop/environments/acceptance/stop",
    { method: "POST", credentials: "include", headers: { "content-type": "application/json" } })).status);
  // A no-cors request can be sent without reading its response. It must have no effect, which the test checks afterwards.
  await attempt("blind", async () => (await fetch(portal + "/api/v1/apps/shop/environments/acceptance/stop",
    { method: "POST", mode: "no-cors", credentials: "include" })).type);
  await attempt("cookie", async () => document.cookie.length + Number(/padlock|session/i.test(document.cookie)));
  await attempt("frame", () => new Promise((resolve, reject) => {
    const frame = document.createElement("iframe");
    frame.src = portal + "/apps";
    frame.onload = () => { try { frame.contentWindow.location.href; reject(); } catch { reject(); } };
    setTimeout(reject, 3000);
    document.body.append(frame);
  }));
  await attempt("opener", async () => { if (window.opener) return "reachable"; throw 0; });
  outcome.done = true;
  writeLog();
})();
</script>`;

test("the site of a deployed package cannot reach the portal", async ({ page, portal, context, errorMonitor, baseURL }) => {
  const portalOrigin = baseURL ?? "";
  errorMonitor.ignoreUrls((url) => url !== "" && !url.startsWith(portalOrigin));
  // The portal refuses the requests of the attack.
  errorMonitor.allowResponse(401, /^\/api\/v1\//);
  errorMonitor.allowResponse(403, /^\/api\/v1\//);
  errorMonitor.allowAbort(/./);
  const deploy = await portal.openDeployPage();
  const pkg = makePackage({ body: attackPage(portalOrigin) });
  await deploy.uploadAndCloseDetails(pkg);
  await deploy.deploy(pkg.version, "Test");
  const before = await deploy.version("Acceptance").innerText();

  const siteUrl = await deploy.card("Test").getByRole("link", { name: /localhost/ }).getAttribute("href");
  const { port } = new URL(siteUrl ?? "");
  for (const address of [siteUrl ?? "", `http://127.0.0.1:${port}/shop/test/`]) {
    const newPage = context.waitForEvent("page");
    // Opened from the portal, so that `window.opener` could exist and the browser has the session cookie.
    await page.evaluate((to) => void window.open(to), address);
    const site = await newPage;
    await expect(site.getByRole("heading", { name: pkg.version })).toBeVisible();
    const log = site.locator("#log");
    await expect(log).toContainText('"done":true', { timeout: 15_000 });
    const outcome = JSON.parse(await log.innerText());
    expect(outcome.read, address).toBe("blocked");
    expect(outcome.write, address).toBe("blocked");
    expect(outcome.frame, address).toBe("blocked");
    expect(outcome.opener, address).toBe("blocked");
    expect(["blocked", "0"], address).toContain(outcome.cookie);
    // If the portal could be framed, the frame would show its sign-in page or the apps.
    for (const frame of site.frames()) expect(await frame.getByText("Padlock").count(), address).toBe(0);
    await site.close();
  }

  // None of the requests stopped the environment.
  await portal.reload();
  await deploy.waitUntilLoaded();
  await expect(deploy.card("Acceptance")).toContainText("running");
  await expect(deploy.version("Acceptance")).toHaveText(before);
});
