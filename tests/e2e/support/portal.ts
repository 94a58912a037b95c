// The portal as a person sees it: signing in, the frame around the pages, and
// what differs between the server and the preview.

import { expect, type Locator, type Page } from "@playwright/test";
import { DeployPage } from "./deploy.js";

export const PASSWORD = "correct horse battery staple";
export const SECOND = 1_000;

/** The demo's people. */
export const TESS = { login: "tess@padlock.example", name: "Tess Tanaka" };
export const DANA = { login: "dana@padlock.example", name: "Dana Dahl" };
export const OMAR = { login: "omar@padlock.example", name: "Omar Okafor" };
export const INES = { login: "ines@padlock.example", name: "Ines Ibarra" };
export const NOOR = { login: "noor@padlock.example", name: "Noor Nasser" };

export type Person = typeof TESS;

/** An API path, for what a test lets the watch allow. */
export const api = (path: string) => new RegExp(`^/api/v1${path}$`);

export class Portal {
  readonly login: Locator;
  readonly password: Locator;
  readonly signInButton: Locator;

  constructor(
    readonly page: Page,
    /** The API is in the tab: nothing outlives a reload, and nothing is refused over the wire. */
    readonly inTab: boolean,
  ) {
    this.login = page.getByLabel("Login", { exact: true });
    this.password = page.getByLabel("Password", { exact: true });
    this.signInButton = page.getByRole("button", { name: "Sign in", exact: true });
  }

  /** Waits for the sign-in page of the program (a static one stands there before). */
  async atTheDoor() {
    await expect(this.page).toHaveTitle("Sign in · Padlock");
    await expect(this.page.locator("#shell")).toHaveCount(0);
  }

  /** Signs in by the form of the page that is open. */
  async signIn(who: Person, password = PASSWORD) {
    await this.login.fill(who.login);
    await this.password.fill(password);
    await this.signInButton.click();
  }

  /** Opens an address as this person, by way of the sign-in page. */
  async open(path: string, who: Person = TESS) {
    await this.page.goto(path);
    await this.atTheDoor();
    await this.signIn(who);
    await expect(this.account(who)).toBeVisible({ timeout: 20 * SECOND });
  }

  /** Opens an app's deploy page as this person. */
  async openDeploy(app = "shop", who: Person = TESS): Promise<DeployPage> {
    await this.open(`/apps/${app}/deploy`, who);
    return this.deployPage(app);
  }

  /** The deploy page that is open, once it is whole. */
  async deployPage(app = "shop", page = this.page): Promise<DeployPage> {
    const deploy = new DeployPage(page, app, this.inTab);
    await deploy.isThere();
    return deploy;
  }

  /** Loads the page again. In the preview that is another portal, and asks for a sign-in. */
  async reload(who: Person = TESS) {
    await this.page.reload();
    if (this.inTab) {
      await this.atTheDoor();
      await this.signIn(who);
    }
    await expect(this.account(who)).toBeVisible({ timeout: 20 * SECOND });
  }

  account(who: Person, page = this.page): Locator {
    return page.getByRole("button", { name: `Account of ${who.name}` });
  }

  async signOut(who: Person = TESS) {
    await this.account(who).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.atTheDoor();
  }

  /** The path and query of the address bar. */
  address(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }
}
