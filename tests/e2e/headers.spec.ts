// The strict headers (security.md, 19 and 20) on what the portal answers.

import type { APIResponse } from "@playwright/test";
import { PASSWORD, TESS } from "./support/portal.js";
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

function isStrict(answer: APIResponse) {
  const headers = answer.headers();
  expect(headers["content-security-policy"]?.split(";").map((one) => one.trim())).toEqual(CSP);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  expect(headers["permissions-policy"]).toContain("camera=()");
  // Not https: HSTS would be ignored, and lock a developer's localhost.
  expect(headers["strict-transport-security"]).toBeUndefined();
}

test("the page, its files and the API's answers", async ({ request }) => {
  const page = await request.get("/");
  isStrict(page);
  expect(page.headers()["cache-control"]).toBe("no-cache");
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
  expect(html).not.toMatch(/\sstyle=|<style|\son\w+=/);

  const assets = [...html.matchAll(/assets\/[\w./-]*-[0-9a-f]{16}[\w./-]*/g)].map(([asset]) => `/${asset}`);
  expect(assets.length).toBeGreaterThan(2);
  for (const asset of new Set(assets)) {
    const answer = await request.get(asset);
    expect(answer.status(), asset).toBe(200);
    isStrict(answer);
    expect(answer.headers()["cache-control"], asset).toMatch(/max-age=31536000.*immutable/);
  }
  const gone = await request.get("/assets/gone-0000000000000000.js");
  expect(gone.status()).toBe(404);
  isStrict(gone);

  for (const path of ["/api/v1/portal", "/api/v1/session", "/api/v1/nothing"]) {
    const answer = await request.get(path);
    isStrict(answer);
    expect(answer.headers()["cache-control"], path).toBe("no-store");
  }
});

test("a session's cookie is out of reach, and ends with everything at sign-out", async ({ page, portal, context, request, baseURL }) => {
  await portal.open("/apps");
  const [cookie, ...more] = await context.cookies();
  expect(more).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain(cookie?.value);

  const left = page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await portal.signOut();
  expect((await (await left).allHeaders())["clear-site-data"]).toContain('"cache"');
  expect(await context.cookies()).toEqual([]);
  const stale = await request.get("/api/v1/session", { headers: { cookie: `${cookie?.name}=${cookie?.value}` } });
  expect(stale.status()).toBe(401);
  expect(baseURL).toBeTruthy();
});

test("a change that comes from another site is refused", async ({ page, portal, baseURL }) => {
  await portal.open("/apps");
  const restart = "/api/v1/apps/crm/environments/test/restart";
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: baseURL ?? "", "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    const answer = await page.request.post(restart, { headers });
    expect(answer.status()).toBe(403);
    expect((await answer.json()).code).toBe("cross_origin");
  }
  const plain = await page.request.post("/api/v1/sign-in", {
    headers: { "content-type": "text/plain", origin: baseURL ?? "" },
    data: JSON.stringify({ login: TESS.login, password: PASSWORD }),
  });
  expect(plain.status()).toBe(415);
});
