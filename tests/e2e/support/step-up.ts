// The dialog Two-Factor Authentication, and what comes of it.

import { expect, request, type Locator, type Page } from "@playwright/test";
import fs from "node:fs";
import path from "node:path";
import { Phone } from "./phone.js";
import type { Person, Portal } from "./portal.js";
import { PASSWORD } from "./portal.js";

/** The phones of the people who are enrolled in this run's installation, by login. */
const BOOK = path.join(process.env.PADLOCK_TARGET ?? "../../target", "e2e/installation/phones.json");

export class StepUp {
  readonly dialog: Locator;
  readonly code: Locator;

  constructor(
    readonly page: Page,
    private readonly portal: Portal,
  ) {
    this.dialog = page.getByRole("dialog", { name: "Two-Factor Authentication" });
    this.code = this.dialog.getByRole("textbox", { name: /code/i });
  }

  button(name: string): Locator {
    return this.dialog.getByRole("button", { name, exact: true });
  }

  get pill(): Locator {
    return this.page.getByText(/^Authorised until/);
  }

  /** The portal's time, in milliseconds since 1970. */
  async now(): Promise<number> {
    if (this.portal.inTab) return Date.now();
    const outside = await request.newContext();
    const answer = await outside.get(`${this.origin}/api/v1/demo/clock`);
    const { now } = (await answer.json()) as { now: string };
    await outside.dispose();
    return Date.parse(now);
  }

  /** Moves the demo's clock on. */
  async advance(seconds: number) {
    const outside = await request.newContext();
    const answer = await outside.post(`${this.origin}/api/v1/demo/clock`, { data: { advance_seconds: seconds } });
    expect(answer.status()).toBe(200);
    await outside.dispose();
  }

  /** A code that was not used: half a minute on, so that what went before is behind it. */
  async nextCode(phone: Phone): Promise<string> {
    if (this.portal.inTab) await this.page.waitForTimeout(untilNextStep());
    else await this.advance(30);
    return phone.code(await this.now());
  }

  /** From the dialog as it opens to the QR code. */
  async upToTheKey(): Promise<Phone> {
    await this.dialog.getByRole("button", { name: /^Use Google Authenticator/ }).click();
    await this.dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.button("Next").click();
    const picture = this.dialog.getByRole("link", { name: /QR code/ });
    await expect(picture).toBeVisible();
    return Phone.scan(picture);
  }

  /** Opens the padlock in the open dialog: with the phone of an enrolled person, or by enrolling now. */
  async unlock(who: Person): Promise<Phone> {
    const known = this.portal.inTab ? undefined : phoneOf(who);
    await expect(this.dialog).toBeVisible();
    if (known) {
      await this.code.fill(await this.nextCode(known));
      return known;
    }
    const phone = await this.upToTheKey();
    await this.code.fill(phone.code(await this.now()));
    if (!this.portal.inTab) remember(who, phone);
    await this.dialog.getByRole("checkbox", { name: "I've saved the data" }).check();
    await this.button("Done").click();
    return phone;
  }

  private get origin(): string {
    return new URL(this.page.url()).origin;
  }
}

/** The phone that somebody enrolled in this run, if they did. */
export function phoneOf(who: Person): Phone | undefined {
  const uri = book()[who.login];
  return uri ? Phone.reading(uri) : undefined;
}

/** Somebody is enrolled from now on, until the installation is made anew. */
export function remember(who: Person, phone: Phone) {
  fs.writeFileSync(BOOK, JSON.stringify({ ...book(), [who.login]: phone.uri }));
}

function book(): Record<string, string> {
  return fs.existsSync(BOOK) ? (JSON.parse(fs.readFileSync(BOOK, "utf8")) as Record<string, string>) : {};
}

/** Until the next step, and a little more, in milliseconds. */
function untilNextStep(): number {
  return 30_000 - (Date.now() % 30_000) + 300;
}
