// Holds every journey to a silent console: an error, a warning, a failed
// request or a refusal that the test did not announce fails it.

import type { BrowserContext, ConsoleMessage, Page, Request, Response } from "@playwright/test";

type Rule = { status: number; path: RegExp };

/** What Chromium logs by itself for every refused request. */
const LOGGED = /^Failed to load resource: the server responded with a status of (\d+)/;

// A stranger who asks who they are is told that they are nobody.
const ALWAYS: Rule[] = [{ status: 401, path: /^\/api\/v1\/session$/ }];

export class Watch {
  private rules = [...ALWAYS];
  private ignored: ((url: string) => boolean)[] = [];
  private breakable: RegExp[] = [];
  private said: string[] = [];

  constructor(context: BrowserContext) {
    context.on("console", (message) => this.hear(message));
    context.on("weberror", (error) => this.note(`uncaught: ${error.error().stack ?? error.error()}`, pageOf(error.page())));
    context.on("requestfailed", (request) => this.fail(request));
    context.on("response", (response) => this.answer(response));
  }

  /** This test provokes an answer like this one. */
  expect(status: number, path: RegExp) {
    this.rules.push({ status, path });
  }

  /** This test breaks off requests like this one. What only reads ends with its page anyway. */
  breaksOff(path: RegExp) {
    this.breakable.push(path);
  }

  /** What comes from there is not the portal's: the site of a deployed package. */
  ignore(where: (url: string) => boolean) {
    this.ignored.push(where);
  }

  /** What nobody announced. */
  complaints(): string[] {
    return this.said;
  }

  private hear(message: ConsoleMessage) {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const { url } = message.location();
    const status = Number(LOGGED.exec(message.text())?.[1]);
    if (status && this.allows(status, url)) return;
    this.note(`console ${message.type()}: ${message.text()} (${url})`, pageOf(message.page()), url);
  }

  private answer(response: Response) {
    const status = response.status();
    if (status < 400 || this.allows(status, response.url())) return;
    this.note(`${status} for ${response.request().method()} ${response.url()}`, response.url(), senderOf(response.request()));
  }

  private fail(request: Request) {
    const why = request.failure()?.errorText ?? "";
    const { pathname } = new URL(request.url());
    const breakable = request.method() === "GET" || this.breakable.some((path) => path.test(pathname));
    if (why === "net::ERR_ABORTED" && breakable) return;
    this.note(`${request.method()} ${request.url()} failed: ${why}`, senderOf(request));
  }

  private allows(status: number, url: string): boolean {
    const path = URL.canParse(url) ? new URL(url).pathname : url;
    return this.rules.some((rule) => rule.status === status && rule.path.test(path));
  }

  private note(what: string, ...from: string[]) {
    if (!from.some((url) => this.ignored.some((ignores) => ignores(url)))) this.said.push(what);
  }
}

function pageOf(page: Page | null): string {
  return page?.url() ?? "";
}

/** The page that sent it. */
function senderOf(request: Request): string {
  try {
    return pageOf(request.frame().page());
  } catch {
    // A page that is not there yet, or any more.
    return "";
  }
}
