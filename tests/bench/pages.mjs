// How soon the pages are usable in Chromium, compared with an earlier revision in turns: cold starts and second visits.
// Arguments: `name=server,dist` for each revision, the present one first.
//
// All times are taken inside the page, in milliseconds since the navigation.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { check, median, missed, print } from "./table.mjs";

const STARTS = Number(process.env.PADLOCK_BENCH_TIMES ?? 9);
const ACCOUNT = { login: "tess@padlock.example", password: "correct horse battery staple" };
const BROWSER = {
  executablePath: process.env.PADLOCK_CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
const VIEWPORT = { width: 1440, height: 900 };

/** Lighthouse's slow 4G: 150 ms, 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const LINES = [
  { name: "fast line", network: null, cpu: 1, maxRatio: 1 },
  { name: "slow 4G, CPU ÷ 4", network: SLOW_4G, cpu: 4, maxRatio: 1.1 },
];

/** `content` is the first element that only the program can have rendered. */
const PAGES = [
  { name: "sign-in", path: "/sign-in", isSignedIn: false, content: "form:not(#shell *)" },
  { name: "deploy page", path: "/apps/shop/deploy", isSignedIn: true, content: "article.environment" },
];

/** The marks of a start, in their order. */
const MARKS = ["first paint", "wasm arrived", "compile called", "mounted", "answer arrived", "content in the DOM", "painted"];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "padlock-bench-"));
const servers = [];
let browser;
try {
  browser = await chromium.launch(BROWSER);
  const revisions = [];
  for (const argument of process.argv.slice(2)) {
    const [name, files] = argument.split("=");
    const [program, dist] = files.split(",");
    const origin = await serve(program, dist, path.join(folder, name));
    revisions.push({ name, origin, cookies: await signIn(origin) });
  }
  for (const line of LINES) {
    for (const page of PAGES) await compare(`${page.name}, ${line.name}`, revisions, line, page, coldStart);
  }
  for (const page of PAGES) await compare(`second visit of the ${page.name}`, revisions, LINES[0], page, secondVisit);
  const longest = await longestInteraction(revisions[0], LINES[1]);
  check("longest interaction, CPU ÷ 4", `${longest.toFixed(0)} ms`, "≤ 200 ms", longest <= 200);
} finally {
  await browser?.close();
  for (const server of servers) server.kill();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed() ? 1 : 0;

/** Measures all revisions in turns and prints the medians of their marks. */
async function compare(title, revisions, line, page, measure) {
  const results = new Map(revisions.map((revision) => [revision, []]));
  for (let start = 0; start < STARTS; start += 1) {
    for (const revision of revisions) results.get(revision).push(await measure(revision, line, page));
  }
  const at = (revision, mark) => median(results.get(revision).map((result) => result[mark]).filter(Number.isFinite));
  console.log(`\n${title} (medians of ${STARTS}, ms)`);
  for (const revision of revisions) {
    print(`  ${revision.name}`, MARKS.map((mark) => `${mark} ${Number.isFinite(at(revision, mark)) ? at(revision, mark).toFixed(0) : "–"}`).join(", "));
  }
  const [present, ...earlier] = revisions;
  const worst = (what) => Math.max(...results.get(present).map((result) => result[what]));
  for (const revision of earlier) {
    const ratio = at(present, "painted") / at(revision, "painted");
    check("  painted, beside it", ratio.toFixed(2), `≤ ${line.maxRatio}`, ratio <= line.maxRatio);
  }
  if (measure === secondVisit) {
    const ratio = at(present, "painted") / at(present, "first visit");
    check("  painted, beside the first visit", ratio.toFixed(2), "≤ 0.6", ratio <= 0.6);
  }
  if (line.cpu > 1) check("  LCP", `${worst("lcp").toFixed(0)} ms`, "≤ 2500 ms", worst("lcp") <= 2500);
  check("  layout shift", worst("shift").toFixed(4), "0", worst("shift") === 0);
}

/** Starts a server with the demo; resolves to its origin. */
function serve(program, dist, data) {
  const listen = ["--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0"];
  const server = spawn(program, ["serve", "--demo", ...listen, "--data", data, "--dist", dist], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  servers.push(server);
  return new Promise((resolve, reject) => {
    let output = "";
    server.stdout.on("data", (bytes) => {
      output += bytes;
      const url = /The portal:\s+(\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
    server.on("exit", () => reject(new Error(`${program} did not start: ${output}`)));
  });
}

async function signIn(origin) {
  const context = await browser.newContext();
  const response = await context.request.post(`${origin}/api/v1/sign-in`, { data: ACCOUNT, headers: { Origin: origin } });
  if (!response.ok()) throw new Error(`sign-in: ${response.status()}`);
  const { cookies } = await context.storageState();
  await context.close();
  return cookies;
}

async function prepare(context, revision, page) {
  if (!page.isSignedIn) return;
  await context.addCookies(revision.cookies);
  await context.addInitScript(() => localStorage.setItem("padlock.signed-in", ""));
}

/** A visit with an empty cache. */
async function coldStart(revision, line, page) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  await prepare(context, revision, page);
  const result = await visit(context, revision, line, page, line.cpu > 1 ? 1500 : 500);
  await context.close();
  return result;
}

/** The second visit of a browser that keeps its caches, and how long the first took. */
async function secondVisit(revision, line, page) {
  const profile = fs.mkdtempSync(path.join(folder, "profile-"));
  const context = await chromium.launchPersistentContext(profile, { ...BROWSER, viewport: VIEWPORT });
  await prepare(context, revision, page);
  // V8 writes its cache of compiled code some time after the program has run.
  const first = await visit(context, revision, line, page, 4000);
  const second = await visit(context, revision, line, page, 500);
  await context.close();
  fs.rmSync(profile, { recursive: true, force: true });
  return { ...second, "first visit": first.painted };
}

/** Opens the page, waits `settle` ms after its content was painted, and returns its marks. */
async function visit(context, revision, line, page, settle) {
  const tab = await context.newPage();
  const client = await context.newCDPSession(tab);
  if (line.network) {
    await client.send("Network.enable");
    await client.send("Network.emulateNetworkConditions", line.network);
  }
  await client.send("Emulation.setCPUThrottlingRate", { rate: line.cpu });
  await tab.addInitScript(observe, page.content);
  const painted = tab.waitForEvent("console", { predicate: (message) => message.text() === "content painted" });
  await tab.goto(`${revision.origin}${page.path}`, { waitUntil: "commit" });
  await painted;
  await tab.waitForTimeout(settle);
  const marks = await tab.evaluate(() => globalThis.marks());
  await tab.close();
  return marks;
}

/** Runs in the page: notes when things happen. */
function observe(content) {
  const times = { lcp: 0, shift: 0 };
  for (const name of ["compileStreaming", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = (...rest) => {
      times["compile called"] ??= performance.now();
      return original.apply(WebAssembly, rest);
    };
  }
  const look = () => {
    if (document.querySelector("body > :not(#shell, noscript, script)")) times.mounted ??= performance.now();
    if (times["content in the DOM"] || !document.querySelector(content)) return;
    times["content in the DOM"] = performance.now();
    requestAnimationFrame(() =>
      setTimeout(() => {
        times.painted = performance.now();
        console.log("content painted");
      }),
    );
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  const each = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  each("largest-contentful-paint", (entry) => (times.lcp = entry.startTime));
  each("layout-shift", (entry) => (times.shift += entry.value));
  globalThis.marks = () => {
    const arrived = (pattern) => performance.getEntriesByType("resource").find((entry) => pattern.test(entry.name))?.responseEnd;
    return {
      ...times,
      "first paint": performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      "wasm arrived": arrived(/_bg\.wasm$/),
      "answer arrived": arrived(/\/environments$/),
    };
  };
}

/** The longest of some interactions on the deploy page, in ms: search, dialogs, a menu. */
async function longestInteraction(revision, line) {
  const page = PAGES[1];
  const context = await browser.newContext({ viewport: VIEWPORT });
  await prepare(context, revision, page);
  const tab = await context.newPage();
  const client = await context.newCDPSession(tab);
  await client.send("Emulation.setCPUThrottlingRate", { rate: line.cpu });
  await tab.addInitScript(() => {
    globalThis.longest = 0;
    const note = (list) => list.getEntries().forEach((entry) => (globalThis.longest = Math.max(globalThis.longest, entry.duration)));
    new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await tab.goto(`${revision.origin}${page.path}`);
  await tab.getByRole("searchbox").pressSequentially("1.2.0");
  await tab.getByRole("searchbox").fill("");
  for (const open of [/^Upload package/, /Transport\s+to Production/]) {
    await tab.getByRole("button", { name: open }).click();
    await tab.waitForSelector("dialog[open]");
    await tab.waitForTimeout(1000);
    await tab.keyboard.press("Escape");
    await tab.waitForTimeout(500);
  }
  await tab.getByRole("button", { name: /^More for/ }).first().click();
  await tab.waitForTimeout(500);
  const longest = await tab.evaluate(() => globalThis.longest);
  await context.close();
  return longest;
}
