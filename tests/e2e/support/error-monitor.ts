// Fails a test on every console error or warning, uncaught exception, failed
// request and error response that the test has not allowed.

import type { BrowserContext, ConsoleMessage, Page, Request, Response } from "@playwright/test";

type AllowedResponse = { status: number; path: RegExp };

/** Matches the message that Chromium logs for every response with an error status. */
const FAILED_RESOURCE = /^Failed to load resource: the server responded with a status of (\d+)/;

// The app asks for the session before anybody has signed in.
const ALWAYS_ALLOWED: AllowedResponse[] = [{ status: 401, path: /^\/api\/v1\/session$/ }];

/** Matches exactly one path of the API. */
export const apiPath = (path: string) => new RegExp(`^/api/v1${path}$`);

export class ErrorMonitor {
  private allowedResponses = [...ALWAYS_ALLOWED];
  private ignoredUrls: ((url: string) => boolean)[] = [];
  private allowedAborts: RegExp[] = [];
  private errors: string[] = [];
  private allowsNetworkErrors = false;

  constructor(context: BrowserContext) {
    context.on("console", (message) => this.onConsole(message));
    context.on("weberror", (error) => this.record(`uncaught: ${error.error().stack ?? error.error()}`, pageUrl(error.page())));
    context.on("requestfailed", (request) => this.onRequestFailed(request));
    context.on("response", (response) => this.onResponse(response));
  }

  /** Allows error responses with this status from paths that match. */
  allowResponse(status: number, path: RegExp) {
    this.allowedResponses.push({ status, path });
  }

  /** Allows requests to paths that match to be aborted. Aborted GET requests are always allowed: closing a page aborts them. */
  allowAbort(path: RegExp) {
    this.allowedAborts.push(path);
  }

  /** Allows requests to fail because the server cannot be reached. */
  allowNetworkErrors() {
    this.allowsNetworkErrors = true;
  }

  /** Ignores errors from URLs that match, such as the site of a deployed package. */
  ignoreUrls(matches: (url: string) => boolean) {
    this.ignoredUrls.push(matches);
  }

  unexpectedErrors(): string[] {
    return this.errors;
  }

  private onConsole(message: ConsoleMessage) {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const { url } = message.location();
    const status = Number(FAILED_RESOURCE.exec(message.text())?.[1]);
    if (status && this.isAllowed(status, url)) return;
    this.record(`console ${message.type()}: ${message.text()} (${url})`, pageUrl(message.page()), url);
  }

  private onResponse(response: Response) {
    const status = response.status();
    if (status < 400 || this.isAllowed(status, response.url())) return;
    this.record(`${status} for ${response.request().method()} ${response.url()}`, response.url(), requestingPageUrl(response.request()));
  }

  private onRequestFailed(request: Request) {
    const reason = request.failure()?.errorText ?? "";
    const { pathname } = new URL(request.url());
    const mayAbort = request.method() === "GET" || this.allowedAborts.some((path) => path.test(pathname));
    if (reason === "net::ERR_ABORTED" && mayAbort) return;
    this.record(`${request.method()} ${request.url()} failed: ${reason}`, requestingPageUrl(request));
  }

  private isAllowed(status: number, url: string): boolean {
    const path = URL.canParse(url) ? new URL(url).pathname : url;
    return this.allowedResponses.some((allowed) => allowed.status === status && allowed.path.test(path));
  }

  private record(error: string, ...sources: string[]) {
    if (this.allowsNetworkErrors && error.includes("net::ERR_")) return;
    if (!sources.some((url) => this.ignoredUrls.some((matches) => matches(url)))) this.errors.push(error);
  }
}

function pageUrl(page: Page | null): string {
  return page?.url() ?? "";
}

function requestingPageUrl(request: Request): string {
  try {
    return pageUrl(request.frame().page());
  } catch {
    // Playwright throws when the page does not exist yet or is already closed.
    return "";
  }
}
