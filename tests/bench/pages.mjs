// How soon the pages are there in Chromium, beside a React shell with the same screens: cold starts of both in turn, over
// loopback and as over slow 4G with a processor a quarter as fast. Takes the server's program and the pages' folder.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { serveShell } from "./shell.mjs";
import { held, median, told, missed } from "./table.mjs";

const [program, dist] = process.argv.slice(2);
const TIMES = Number(process.env.PADLOCK_BENCH_TIMES ?? 9);
const TESS = { login: "tess@padlock.example", password: "correct horse battery staple" };

/** Lighthouse's slow 4G: 150 ms, 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const LINES = [
  { name: "fast line", network: null, cpu: 1, most: 0.75 },
  { name: "slow 4G, CPU ÷ 4", network: SLOW, cpu: 4, most: 0.85 },
];

/** What each shows first that is real: the program's own form, an environment that the API told of. */
const PAGES = [
  { name: "sign-in", path: "/sign-in", signedIn: false, real: { padlock: "form:not(#shell *)", shell: "form" } },
  { name: "deploy page", path: "/apps/shop/deploy", signedIn: true, real: { padlock: "article.environment", shell: "article.environment" } },
];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "padlock-bench-"));
const server = spawn(
  program,
  ["serve", "--demo", "--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0", "--data", path.join(folder, "data"), "--dist", dist],
  { stdio: ["ignore", "pipe", "ignore"] },
);
let browser;
let shell;
try {
  const padlock = await origin(server);
  browser = await chromium.launch({
    executablePath: process.env.PADLOCK_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const cookies = await signIn(padlock);
  shell = await serveShell(await answers(padlock, cookies));
  told("React shell, script (brotli)", `${(shell.bytes / 1000).toFixed(1)} kB`);
  for (const line of LINES) {
    for (const page of PAGES) {
      const seen = { padlock: [], shell: [] };
      for (let time = 0; time < TIMES; time += 1) {
        seen.padlock.push(await start(padlock, line, page, page.real.padlock, cookies));
        seen.shell.push(await start(shell.origin, line, page, page.real.shell, []));
      }
      const at = (who) => median(seen[who].map((one) => one.real));
      const ratio = at("padlock") / at("shell");
      const words = `${ratio.toFixed(2)} (${at("padlock").toFixed(0)} / ${at("shell").toFixed(0)} ms)`;
      held(`start of the ${page.name}, ${line.name}`, words, `≤ ${line.most} × React shell`, ratio <= line.most);
      // Padlock's page stands before its program: the form can be typed into, the frame shows what comes.
      const paint = (who) => median(seen[who].map((one) => one.paint)).toFixed(0);
      told(`  first paint, ${line.name}`, `${paint("padlock")} / ${paint("shell")} ms`);
      const most = (what) => Math.max(...seen.padlock.map((one) => one[what]));
      if (line.cpu > 1) held(`  LCP, ${line.name}`, `${most("lcp").toFixed(0)} ms`, "≤ 2500 ms", most("lcp") <= 2500);
      held(`  layout shift, ${line.name}`, most("shift").toFixed(4), "0", most("shift") === 0);
    }
  }
  const inp = await interact(padlock, LINES[1], cookies);
  held("longest interaction, CPU ÷ 4", `${inp.toFixed(0)} ms`, "≤ 200 ms", inp <= 200);
} finally {
  await browser?.close();
  shell?.close();
  server.kill();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed() ? 1 : 0;

/** Where the server listens, once it says so. */
function origin(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (bytes) => {
      said += bytes;
      const url = /The portal:\s+(\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    child.on("exit", () => reject(new Error(`the server did not start: ${said}`)));
  });
}

async function signIn(padlock) {
  const context = await browser.newContext();
  const answer = await context.request.post(`${padlock}/api/v1/sign-in`, { data: TESS, headers: { Origin: padlock } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  const { cookies } = await context.storageState();
  await context.close();
  return cookies;
}

/** What Padlock answers to the reads of the shell's screens: it is told the same. */
async function answers(padlock, cookies) {
  const context = await browser.newContext({ storageState: { cookies, origins: [] } });
  const all = {};
  for (const where of ["/session", "/apps/shop/environments", "/apps/shop/packages"]) {
    const answer = await context.request.get(`${padlock}/api/v1${where}`);
    all[`/api/v1${where}`] = await answer.body();
  }
  await context.close();
  return all;
}

/** A browser that was never there before, or that knows nothing but its session. */
async function visit(from, line, page, cookies) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  if (page.signedIn) {
    await context.addCookies(cookies);
    await context.addInitScript(() => localStorage.setItem("padlock.signed-in", ""));
  }
  const tab = await context.newPage();
  const client = await context.newCDPSession(tab);
  if (line.network) {
    await client.send("Network.enable");
    await client.send("Network.emulateNetworkConditions", line.network);
  }
  await client.send("Emulation.setCPUThrottlingRate", { rate: line.cpu });
  return { context, tab };
}

/** Milliseconds from the navigation to what is real; LCP, and the sum of all layout shifts. */
async function start(from, line, page, real, cookies) {
  const { context, tab } = await visit(from, line, page, cookies);
  await tab.addInitScript((selector) => {
    const seen = (globalThis.seen = { real: 0, lcp: 0, shift: 0 });
    const look = () => {
      if (seen.real || !document.querySelector(selector)) return;
      // Once it is painted.
      requestAnimationFrame(() => setTimeout(() => (seen.real ||= performance.now())));
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    new PerformanceObserver((list) => list.getEntries().forEach((one) => (seen.lcp = one.startTime))).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((one) => (seen.shift += one.value))).observe({ type: "layout-shift", buffered: true });
  }, real);
  await tab.goto(`${from}${page.path}`);
  await tab.waitForFunction(() => globalThis.seen.real > 0);
  // What comes late may still move something.
  await tab.waitForTimeout(line.cpu > 1 ? 1500 : 500);
  const seen = await tab.evaluate(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return { ...globalThis.seen, paint: paint?.startTime ?? NaN };
  });
  await context.close();
  return seen;
}

/** The longest of what a person does on the deploy page: opens menus and dialogs, types, closes them. */
async function interact(from, line, cookies) {
  const page = PAGES[1];
  const { context, tab } = await visit(from, { ...line, network: null }, page, cookies);
  await tab.addInitScript(() => {
    globalThis.longest = 0;
    const note = (list) => list.getEntries().forEach((one) => (globalThis.longest = Math.max(globalThis.longest, one.duration)));
    new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await tab.goto(`${from}${page.path}`);
  await tab.waitForSelector(page.real.padlock);
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
