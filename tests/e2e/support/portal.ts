// The pages of the portal: sign-in, the account menu, and the way to the other
// pages. Also what differs between the server and the preview.

import { expect, type Locator, type Page } from "@playwright/test";
import { PASSWORD, TESS, type DemoAccount } from "./demo-accounts.js";
import { DeployPage } from "./deploy-page.js";

export const SECOND = 1_000;

export class Portal {
  readonly login: Locator;
  readonly password: Locator;
  readonly signInButton: Locator;

  constructor(
    readonly page: Page,
    /** In the preview the API runs in the tab: it has no other tabs, and no request goes over the network. */
    readonly isPreview: boolean,
  ) {
    this.login = page.getByLabel("Login", { exact: true });
    this.password = page.getByLabel("Password", { exact: true });
    this.signInButton = page.getByRole("button", { name: "Sign in", exact: true });
  }

  /** Waits until the app has replaced the static sign-in form of the HTML page with its own. */
  async waitForSignInPage() {
    await expect(this.page).toHaveTitle("Sign in · Padlock");
    await expect(this.page.locator("#shell")).toHaveCount(0);
  }

  /** Fills in the sign-in form of the open page and submits it. */
  async signIn(account: DemoAccount, password = PASSWORD) {
    await this.login.fill(account.login);
    await this.password.fill(password);
    await this.signInButton.click();
  }

  /** Opens a path that redirects to the sign-in page, and signs in. */
  async open(path: string, account: DemoAccount = TESS) {
    await this.page.goto(path);
    await this.waitForSignInPage();
    await this.signIn(account);
    await expect(this.accountButton(account)).toBeVisible({ timeout: 20 * SECOND });
  }

  /** Signs in and opens the deploy page of an app. */
  async openDeployPage(app = "shop", account: DemoAccount = TESS): Promise<DeployPage> {
    await this.open(`/apps/${app}/deploy`, account);
    return this.deployPage(app);
  }

  /** Returns the deploy page that is open, once it has loaded. */
  async deployPage(app = "shop", page = this.page): Promise<DeployPage> {
    const deploy = new DeployPage(page, app, this.isPreview);
    await deploy.waitUntilLoaded();
    return deploy;
  }

  /** Reloads the page, which stays signed in. */
  async reload(account: DemoAccount = TESS) {
    await this.page.reload();
    await expect(this.accountButton(account)).toBeVisible({ timeout: 20 * SECOND });
  }

  accountButton(account: DemoAccount, page = this.page): Locator {
    return page.getByRole("button", { name: `Account of ${account.name}` });
  }

  async signOut(account: DemoAccount = TESS) {
    await this.accountButton(account).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.waitForSignInPage();
  }

  pathAndQuery(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }
}
