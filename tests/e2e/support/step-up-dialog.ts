// The dialog "Two-Factor Authentication", which enrols a second factor or asks
// for a code, and the authenticators that tests have enrolled on the server.

import { expect, request, type Locator, type Page } from "@playwright/test";
import fs from "node:fs";
import path from "node:path";
import { Authenticator } from "./authenticator.js";
import { PASSWORD, type DemoAccount } from "./demo-accounts.js";
import type { Portal } from "./portal.js";

/** Maps logins to otpauth URIs. A file, because it has to outlive a restart of the worker; a new installation deletes it. */
const ENROLLED_FILE = path.join(process.env.PADLOCK_TARGET ?? "../../target", "e2e/installation/phones.json");

export class StepUpDialog {
  readonly dialog: Locator;
  readonly codeField: Locator;

  constructor(
    readonly page: Page,
    private readonly portal: Portal,
  ) {
    this.dialog = page.getByRole("dialog", { name: "Two-Factor Authentication" });
    this.codeField = this.dialog.getByRole("textbox", { name: /code/i });
  }

  button(name: string): Locator {
    return this.dialog.getByRole("button", { name, exact: true });
  }

  /** The pill that shows how long the padlock stays open. */
  get authorisedPill(): Locator {
    return this.page.getByText(/^Authorised until/);
  }

  /** Returns the portal's time, in milliseconds since 1970. */
  async now(): Promise<number> {
    if (this.portal.isPreview) return Date.now();
    const client = await request.newContext();
    const answer = await client.get(`${this.origin}/api/v1/demo/clock`);
    const { now } = (await answer.json()) as { now: string };
    await client.dispose();
    return Date.parse(now);
  }

  /** Moves the server's demo clock forward, for all sessions. */
  async advanceClock(seconds: number) {
    const client = await request.newContext();
    const answer = await client.post(`${this.origin}/api/v1/demo/clock`, { data: { advance_seconds: seconds } });
    expect(answer.status()).toBe(200);
    await client.dispose();
  }

  /** Returns a code that has not been used yet, by going on to the next time step. */
  async nextCode(authenticator: Authenticator): Promise<string> {
    if (this.portal.isPreview) await this.page.waitForTimeout(millisecondsToNextTimeStep());
    else await this.advanceClock(30);
    return authenticator.code(await this.now());
  }

  /** Starts enrolment in the open dialog, and scans the QR code. */
  async startEnrolment(): Promise<Authenticator> {
    await this.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
    await this.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.button("Next").click();
    const qrCode = this.dialog.getByRole("link", { name: /QR code/ });
    await expect(qrCode).toBeVisible();
    return Authenticator.scan(qrCode);
  }

  /** Opens the padlock in the open dialog, and enrols the account first if it has no authenticator yet. */
  async unlock(account: DemoAccount): Promise<Authenticator> {
    const enrolled = this.portal.isPreview ? undefined : enrolledAuthenticator(account);
    await expect(this.dialog).toBeVisible();
    if (enrolled) {
      await this.codeField.fill(await this.nextCode(enrolled));
      return enrolled;
    }
    const authenticator = await this.startEnrolment();
    await this.codeField.fill(authenticator.code(await this.now()));
    if (!this.portal.isPreview) saveAuthenticator(account, authenticator);
    await this.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
    await this.button("Done").click();
    return authenticator;
  }

  private get origin(): string {
    return new URL(this.page.url()).origin;
  }
}

/** Returns the authenticator that a test of this run has enrolled for the account on the server, if any. */
export function enrolledAuthenticator(account: DemoAccount): Authenticator | undefined {
  const uri = readEnrolled()[account.login];
  return uri ? Authenticator.fromUri(uri) : undefined;
}

/** Saves the authenticator of an account that has been enrolled on the server, for later tests of this run. */
export function saveAuthenticator(account: DemoAccount, authenticator: Authenticator) {
  fs.writeFileSync(ENROLLED_FILE, JSON.stringify({ ...readEnrolled(), [account.login]: authenticator.uri }));
}

function readEnrolled(): Record<string, string> {
  return fs.existsSync(ENROLLED_FILE) ? (JSON.parse(fs.readFileSync(ENROLLED_FILE, "utf8")) as Record<string, string>) : {};
}

/** Returns the time until the next TOTP time step, plus a margin of 300 ms. */
function millisecondsToNextTimeStep(): number {
  return 30_000 - (Date.now() % 30_000) + 300;
}
