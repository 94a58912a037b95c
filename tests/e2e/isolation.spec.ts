// What runs on an environment is someone's program: it must not reach the
// portal, by request, by frame or by window, from neither of its addresses.

import { makePackage } from "./support/packages.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

/** Tries everything, and writes on its own page what came of it. */
const attack = (portal: string) => `
<pre id="log"></pre>
<script>
const portal = ${JSON.stringify(portal)};
const outcome = {};
const say = () => { document.querySelector("#log").textContent = JSON.stringify(outcome); };
const attempt = async (name, what) => {
  try { outcome[name] = String(await what()); } catch (error) { outcome[name] = "blocked"; }
  say();
};
(async () => {
  await attempt("read", async () => (await fetch(portal + "/api/v1/session", { credentials: "include" })).status);
  await attempt("write", async () => (await fetch(portal + "/api/v1/apps/shop/environments/acceptance/stop",
    { method: "POST", credentials: "include", headers: { "content-type": "application/json" } })).status);
  // Without reading the answer: it may be sent, and must have done nothing.
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
  say();
})();
</script>`;

test("the site of a package cannot reach the portal", async ({ page, portal, context, watch, baseURL }) => {
  const home = baseURL ?? "";
  watch.ignore((url) => url !== "" && !url.startsWith(home));
  // What the page provokes is the portal's refusal.
  watch.expect(401, /^\/api\/v1\//);
  watch.expect(403, /^\/api\/v1\//);
  watch.breaksOff(/./);
  const deploy = await portal.openDeploy();
  const made = makePackage({ body: attack(home) });
  await deploy.add(made);
  await deploy.deploy(made.version, "Test");
  const before = await deploy.version("Acceptance").innerText();

  const own = await deploy.card("Test").getByRole("link").getAttribute("href");
  const { port } = new URL(own ?? "");
  for (const address of [own ?? "", `http://127.0.0.1:${port}/shop/test/`]) {
    const opening = context.waitForEvent("page");
    // From the portal, with the session's cookie in the browser.
    await page.evaluate((to) => void window.open(to), address);
    const site = await opening;
    await expect(site.getByRole("heading", { name: made.version })).toBeVisible();
    const log = site.locator("#log");
    await expect(log).toContainText('"done":true', { timeout: 15_000 });
    const outcome = JSON.parse(await log.innerText());
    expect(outcome.read, address).toBe("blocked");
    expect(outcome.write, address).toBe("blocked");
    expect(outcome.frame, address).toBe("blocked");
    expect(outcome.opener, address).toBe("blocked");
    expect(["blocked", "0"], address).toContain(outcome.cookie);
    // A frame of the portal would have its sign-in page or its apps in it.
    for (const frame of site.frames()) expect(await frame.getByText("Padlock").count(), address).toBe(0);
    await site.close();
  }

  // And nothing was done in her name.
  await portal.reload();
  await deploy.isThere();
  await expect(deploy.card("Acceptance")).toContainText("running");
  await expect(deploy.version("Acceptance")).toHaveText(before);
});
