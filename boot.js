// Starts the program, and says so in the page when it cannot.
//
// The page's own script, because the Content-Security-Policy allows none
// inline. Trunk writes the two addresses into <meta name="wasm-app">.

const RELOAD = "Reload";

function say(heading, sentence, action) {
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

// Which shell of index.html stands until the program has arrived: the frame for someone who was
// signed in (the program leaves this note, which proves nothing), the sign-in form for others.
function stand() {
  let known = false;
  try {
    known = localStorage.getItem("padlock.signed-in") !== null;
  } catch {
    // Storage is switched off: then the form.
  }
  const form = !known || location.pathname.endsWith("/sign-in");
  document.documentElement.dataset.shell = form ? "sign-in" : "app";
}

// Asks the API for what the program will ask first, while that is still on its way. The release build
// says where the API is; the preview has none.
function ask() {
  const api = document.querySelector('meta[name="api"]')?.content;
  if (!api || document.documentElement.dataset.shell !== "app") return;
  const app = /^\/apps\/[^/]+(?=\/deploy$)/.exec(location.pathname)?.[0];
  for (const path of ["/session", ...(app ? ["", "/environments", "/packages"].map((what) => app + what) : [])]) {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "fetch";
    link.crossOrigin = "";
    link.href = api + path;
    document.head.append(link);
  }
}

// Adds the looks of what opens from the first screen: once that is there, or before where the address
// leads elsewhere.
function dress() {
  const later = document.querySelector('meta[name="later-style"]');
  if (!later) return;
  later.remove();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(later.content, document.baseURI).href;
  document.head.append(link);
}

async function start() {
  const app = document.querySelector('meta[name="wasm-app"]');
  const [script, program] = app.content
    .split(" ")
    .map((address) => new URL(address, document.baseURI).href);
  const { default: init } = await import(script);
  if (location.search || !/\/(apps|deploy|sign-in)?$/.test(location.pathname)) dress();
  await init({ module_or_path: program });
  dress();
}

stand();
ask();

if (typeof WebAssembly !== "object") {
  say(
    "Padlock cannot run in this browser",
    "It needs WebAssembly, which this browser lacks or has switched off.",
  );
} else {
  start().catch((error) => {
    console.error(error);
    say(
      "Padlock could not start",
      "Part of it did not arrive. Check your connection, then reload the page.",
      RELOAD,
    );
  });
}
