// Starts the program, and shows a message when that fails.
//
// This is a file of its own because the Content-Security-Policy allows no inline script. It is a classic script, which
// runs before the page is rendered, and requests everything the program needs side by side. Trunk writes the addresses of
// the program into <meta name="wasm-app">; a release build adds the other <meta> elements that are read below.

// The colour scheme that was chosen in this browser (src/state/theme.rs), before the first paint.
try {
  const theme = localStorage.getItem("padlock.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: then the system's.
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

function showError(heading, sentence, action) {
  const box = document.createElement("div");
  box.className = "boot-problem";
  box.setAttribute("role", "alert");
  const title = document.createElement("h1");
  title.textContent = heading;
  const text = document.createElement("p");
  text.textContent = sentence;
  box.append(title, text);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.addEventListener("click", () => location.reload());
    box.append(button);
  }
  document.body.prepend(box);
}

// Selects which static shell of index.html is shown until the program has rendered: the frame of the portal for a visitor
// who was signed in (the program leaves this note, which proves nothing), the sign-in form for others.
function selectShell() {
  let wasSignedIn = false;
  try {
    wasSignedIn = localStorage.getItem("padlock.signed-in") !== null;
  } catch {
    // Storage is switched off: then the form.
  }
  const shell = !wasSignedIn || location.pathname.endsWith("/sign-in") ? "sign-in" : "app";
  document.documentElement.dataset.shell = shell;
  return shell;
}

// Requests what the program will ask the API first. The program takes the responses from `padlockPreloaded`
// (src/api/browser/preloaded.rs). The preview has no API.
function preloadApi() {
  const api = meta("api");
  if (!api) return;
  const app = /^\/apps\/[^/]+(?=\/deploy$)/.exec(location.pathname)?.[0];
  globalThis.padlockPreloaded = new Map();
  for (const path of ["/session", ...(app ? [app, `${app}/environments`, `${app}/packages`] : [])]) {
    const preloaded = { ready: undefined, status: undefined, body: undefined };
    const load = async () => {
      const response = await fetch(api + path);
      preloaded.body = await response.text();
      preloaded.status = response.status;
    };
    preloaded.ready = load().catch(() => {});
    globalThis.padlockPreloaded.set(path, preloaded);
  }
}

function compile(url) {
  const module = WebAssembly.compileStreaming(fetch(url));
  // A failure is handled where the module is used.
  module.catch(() => {});
  return module;
}

// Compiles the parts of the program that the first page needs. The loader of the split program takes them from
// `padlockModules`; a build that is not split has none.
function compileAreas(shell) {
  const folder = meta("wasm-areas");
  if (!folder) return;
  const areas = shell === "sign-in" ? ["sign_in"] : ["portal"];
  if (shell === "app" && location.pathname.endsWith("/activity")) areas.push("activity");
  const urls = areas.map((area) => new URL(`${folder}split_${area}.wasm`, document.baseURI).href);
  globalThis.padlockModules = new Map(urls.map((url) => [url, compile(url)]));
}

// Adds the styles of what opens from the first page: after it, or before it where the address leads elsewhere.
function loadDeferredStyles() {
  const href = meta("deferred-style");
  if (!href || document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

function documentParsed() {
  if (document.readyState !== "loading") return undefined;
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

async function start(shell) {
  const [script, program] = meta("wasm-app")
    .split(" ")
    .map((address) => new URL(address, document.baseURI).href);
  const module = compile(program);
  compileAreas(shell);
  const parsed = Promise.resolve(documentParsed());
  // Not before the head is parsed: its own styles come first, since they name the order of the layers.
  if (location.search || !/\/(apps|deploy|sign-in)?$/.test(location.pathname)) parsed.then(loadDeferredStyles);
  const [{ default: init }] = await Promise.all([import(script), parsed]);
  await init({ module_or_path: module });
  loadDeferredStyles();
}

async function main() {
  const shell = selectShell();
  if (typeof WebAssembly !== "object") {
    await documentParsed();
    showError(
      "Padlock cannot run in this browser",
      "It needs WebAssembly, which this browser lacks or has switched off.",
    );
    return;
  }
  if (shell === "app") preloadApi();
  try {
    await start(shell);
  } catch (error) {
    console.error(error);
    await documentParsed();
    showError(
      "Padlock could not start",
      "Part of it did not arrive. Check your connection, then reload the page.",
      "Reload",
    );
  }
}

main();
