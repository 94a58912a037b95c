// The security headers of the portal's responses, its session cookie, and the
// refusal of cross-origin changes.

import type { APIResponse } from "@playwright/test";
import { PASSWORD, TESS } from "./support/demo-accounts.js";
import { expect, needsServer, test } from "./support/test.js";

needsServer();

const CSP = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

function expectStrictHeaders(response: APIResponse) {
  const headers = response.headers();
  expect(headers["content-security-policy"]?.split(";").map((one) => one.trim())).toEqual(CSP);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  expect(headers["permissions-policy"]).toContain("camera=()");
  // The tests use http, where browsers ignore HSTS, so the server does not send it.
  expect(headers["strict-transport-security"]).toBeUndefined();
}

test("the page, its assets and the API send strict headers", async ({ request }) => {
  const page = await request.get("/");
  expectStrictHeaders(page);
  expect(page.headers()["cache-control"]).toBe("no-cache");
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
  expect(html).not.toMatch(/\sstyle=|<style|\son\w+=/);

  const assets = [...html.matchAll(/assets\/[\w./-]*-[0-9a-f]{16}[\w./-]*\.\w+/g)].map(([asset]) => `/${asset}`);
  expect(assets.length).toBeGreaterThan(2);
  for (const asset of new Set(assets)) {
    const response = await request.get(asset);
    expect(response.status(), asset).toBe(200);
    expectStrictHeaders(response);
    expect(response.headers()["cache-control"], asset).toMatch(/max-age=31536000.*immutable/);
  }
  const missing = await request.get("/assets/gone-0000000000000000.js");
  expect(missing.status()).toBe(404);
  expectStrictHeaders(missing);

  for (const path of ["/api/v1/portal", "/api/v1/session", "/api/v1/nothing"]) {
    const response = await request.get(path);
    expectStrictHeaders(response);
    expect(response.headers()["cache-control"], path).toBe("no-store");
  }
});

test("the session cookie cannot be read by scripts, and signing out deletes it and ends the session", async ({ page, portal, context, request, baseURL }) => {
  await portal.open("/apps");
  const [cookie, ...more] = await context.cookies();
  expect(more).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const webStorage = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(webStorage).not.toContain(cookie?.value);

  const signOutResponse = page.waitForResponse((response) => response.request().method() === "DELETE");
  await portal.signOut();
  expect((await (await signOutResponse).allHeaders())["clear-site-data"]).toContain('"cache"');
  expect(await context.cookies()).toEqual([]);
  const afterSignOut = await request.get("/api/v1/session", { headers: { cookie: `${cookie?.name}=${cookie?.value}` } });
  expect(afterSignOut.status()).toBe(401);
  expect(baseURL).toBeTruthy();
});

test("cross-origin changes and plain-text bodies are refused", async ({ page, portal, baseURL }) => {
  await portal.open("/apps");
  const restart = "/api/v1/apps/crm/environments/test/restart";
  const crossOriginHeaders: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: baseURL ?? "", "sec-fetch-site": "cross-site" },
  ];
  for (const headers of crossOriginHeaders) {
    const response = await page.request.post(restart, { headers });
    expect(response.status()).toBe(403);
    expect((await response.json()).code).toBe("cross_origin");
  }
  const plainText = await page.request.post("/api/v1/sign-in", {
    headers: { "content-type": "text/plain", origin: baseURL ?? "" },
    data: JSON.stringify({ login: TESS.login, password: PASSWORD }),
  });
  expect(plainText.status()).toBe(415);
});
