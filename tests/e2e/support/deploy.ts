// The deploy page: the promotion line, the Deployment Package Repository, and
// their dialogs, found by the names that flows.md gives them.

import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import type { File, Package } from "./packages.js";

const PLACES = ["Test", "Acceptance", "Production"];
const DEPLOYED = 20_000;

export class DeployPage {
  readonly environments: Locator;
  readonly repository: Locator;
  readonly uploadButton: Locator;
  readonly dialog: Locator;

  constructor(
    readonly page: Page,
    readonly app: string,
    private readonly inTab: boolean,
  ) {
    this.environments = page.getByRole("region", { name: "Environments" });
    this.repository = page.getByRole("region", { name: "Deployment Package Repository" });
    this.uploadButton = page.getByRole("button", { name: "Upload package" });
    this.dialog = page.getByRole("dialog");
  }

  /** Waits until its cards and its packages are there. */
  async isThere() {
    await expect(this.card("Production")).toBeVisible();
    await expect(this.rows.first()).toBeVisible();
  }

  card(environment: string): Locator {
    return this.environments.getByRole("article", { name: environment });
  }

  version(environment: string): Locator {
    return this.card(environment).locator(".rolling-in");
  }

  /** What stands between this environment and the one before it. */
  joint(environment: string): Locator {
    // The line is a list: card, joint, card, joint, card.
    return this.environments.getByRole("listitem").nth(PLACES.indexOf(environment) * 2 - 1);
  }

  transportButton(environment: string): Locator {
    return this.joint(environment).getByRole("button", { name: `Transport to ${environment}` });
  }

  get rows(): Locator {
    return this.repository.getByRole("row").filter({ has: this.page.getByRole("cell") });
  }

  row(version: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name: version, exact: true }) });
  }

  /** Every version in the list. */
  versions(): Promise<string[]> {
    return this.rows.getByRole("link").allInnerTexts();
  }

  async openUpload(): Promise<Locator> {
    await this.uploadButton.click();
    const dialog = this.page.getByRole("dialog", { name: "Upload package" });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** The file field of the upload dialog. */
  get fileField(): Locator {
    return this.page.getByRole("dialog", { name: "Upload package" }).getByLabel(/package/i);
  }

  /** Uploads a package; leads to its details. */
  async upload(file: File | string): Promise<Locator> {
    await this.openUpload();
    await this.fileField.setInputFiles(file);
    const name = typeof file === "string" ? (file.split("/").at(-1) ?? "") : file.name;
    const details = this.page.getByRole("dialog", { name });
    await expect(details).toBeVisible({ timeout: DEPLOYED });
    return details;
  }

  /** Uploads a package and is back on the page. */
  async add(made: Package) {
    await this.upload(made.file);
    await this.close();
    await expect(this.row(made.version)).toBeVisible();
  }

  /** Closes the open dialog. */
  async close() {
    await this.page.keyboard.press("Escape");
    await expect(this.dialog).toHaveCount(0);
  }

  /** Opens the dialog that asks before a package of the list goes onto an environment. */
  async askDeploy(version: string, onto: string): Promise<Locator> {
    await this.row(version).getByRole("button", { name: "Deploy" }).click();
    await this.page.getByRole("menuitem", { name: onto, exact: true }).click();
    const dialog = this.page.getByRole("dialog", { name: `Deploy ${version} to ${onto}` });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Opens the dialog that asks before a version is carried on. */
  async askTransport(version: string, onto: string): Promise<Locator> {
    await this.transportButton(onto).click();
    const dialog = this.page.getByRole("dialog", { name: `Transport ${version} to ${onto}` });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Confirms in the open dialog, and watches until the end. */
  async proceed(dialog: Locator, version: string, onto: string) {
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(dialog.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on ${onto}.`, { timeout: DEPLOYED });
    await expect(this.version(onto)).toHaveText(version);
  }

  /** Deploys a package of the list, start to end. */
  async deploy(version: string, onto: string) {
    await this.proceed(await this.askDeploy(version, onto), version, onto);
    await this.close();
  }

  /** Opens what an environment serves: a tab of its own, or the preview's window. */
  async openSite(environment: string): Promise<Page | FrameLocator> {
    const name = `${environment.toLowerCase()}.${this.app}.localhost`;
    const link = this.card(environment).getByRole("link", { name });
    if (this.inTab) {
      await link.click();
      const window = this.page.getByRole("dialog", { name });
      await expect(window.locator("iframe")).toHaveAttribute("sandbox", "allow-scripts");
      return window.frameLocator("iframe");
    }
    const opened = this.page.context().waitForEvent("page");
    await link.click();
    const site = await opened;
    await site.waitForLoadState();
    expect(new URL(site.url()).hostname).toBe(name);
    return site;
  }

  /** Leaves what `openSite` opened. */
  async closeSite(site: Page | FrameLocator) {
    if ("close" in site) await site.close();
    else await this.close();
  }
}
