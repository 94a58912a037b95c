// The deploy page: the promotion line, the Deployment Package Repository and
// their dialogs.

import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import type { Package, UploadFile } from "./packages.js";

const ENVIRONMENTS = ["Test", "Acceptance", "Production"];
const DEPLOY_TIMEOUT = 20_000;

export class DeployPage {
  readonly environments: Locator;
  readonly repository: Locator;
  readonly uploadButton: Locator;
  readonly dialog: Locator;

  constructor(
    readonly page: Page,
    readonly app: string,
    private readonly isPreview: boolean,
  ) {
    this.environments = page.getByRole("region", { name: "Environments" });
    this.repository = page.getByRole("region", { name: "Deployment Package Repository" });
    this.uploadButton = page.getByRole("button", { name: "Upload package" });
    this.dialog = page.getByRole("dialog");
  }

  /** Waits until the environment cards and the packages are visible. */
  async waitUntilLoaded() {
    await expect(this.card("Production")).toBeVisible();
    await expect(this.rows.first()).toBeVisible();
  }

  card(environment: string): Locator {
    return this.environments.getByRole("article", { name: environment });
  }

  version(environment: string): Locator {
    return this.card(environment).locator(".rolling-in");
  }

  /** Returns the connector between the previous environment and this one. */
  connector(environment: string): Locator {
    // The list alternates: card, connector, card, connector, card.
    return this.environments.getByRole("listitem").nth(ENVIRONMENTS.indexOf(environment) * 2 - 1);
  }

  transportButton(environment: string): Locator {
    return this.connector(environment).getByRole("button", { name: `Transport to ${environment}` });
  }

  /** The rows of the package list, without its header. */
  get rows(): Locator {
    return this.repository.getByRole("row").filter({ has: this.page.getByRole("cell") });
  }

  row(version: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name: version, exact: true }) });
  }

  /** Returns the versions of all packages in the list. */
  versions(): Promise<string[]> {
    return this.rows.getByRole("link").allInnerTexts();
  }

  async openUploadDialog(): Promise<Locator> {
    await this.uploadButton.click();
    const dialog = this.page.getByRole("dialog", { name: "Upload package" });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** The file field of the upload dialog. */
  get fileField(): Locator {
    return this.page.getByRole("dialog", { name: "Upload package" }).getByLabel(/package/i);
  }

  /** Uploads a package and returns the dialog with its details, which opens afterwards. */
  async upload(file: UploadFile | string): Promise<Locator> {
    await this.openUploadDialog();
    await this.fileField.setInputFiles(file);
    const name = typeof file === "string" ? (file.split("/").at(-1) ?? "") : file.name;
    const details = this.page.getByRole("dialog", { name });
    await expect(details).toBeVisible({ timeout: DEPLOY_TIMEOUT });
    return details;
  }

  async uploadAndCloseDetails(pkg: Package) {
    await this.upload(pkg.file);
    await this.closeDialog();
    await expect(this.row(pkg.version)).toBeVisible();
  }

  async closeDialog() {
    await this.page.keyboard.press("Escape");
    await expect(this.dialog).toHaveCount(0);
  }

  /** Opens the confirmation dialog for deploying a package of the list to an environment. */
  async openDeployDialog(version: string, environment: string): Promise<Locator> {
    await this.row(version).getByRole("button", { name: "Deploy" }).click();
    await this.page.getByRole("menuitem", { name: environment, exact: true }).click();
    const dialog = this.page.getByRole("dialog", { name: `Deploy ${version} to ${environment}` });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Opens the confirmation dialog for transporting a version to an environment. */
  async openTransportDialog(version: string, environment: string): Promise<Locator> {
    await this.transportButton(environment).click();
    const dialog = this.page.getByRole("dialog", { name: `Transport ${version} to ${environment}` });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** The button of a deployment's dialog. While a padlock is closed it only leads on; otherwise it says what it does. */
  submitButton(dialog: Locator): Locator {
    return dialog.getByRole("button", { name: /^(Continue$|Deploy |Transport )/ });
  }

  /** Opens the menu of an environment's card and returns one of its items. */
  async openCardMenu(environment: string, item: string): Promise<Locator> {
    await this.card(environment).getByRole("button", { name: `More for ${environment}` }).click();
    return this.page.getByRole("menuitem", { name: item, exact: true });
  }

  /** Confirms in the open dialog and waits until the version runs on the environment. */
  async confirmAndWait(dialog: Locator, version: string, environment: string) {
    await this.submitButton(dialog).click();
    await expect(dialog.locator(".dialog-body").getByRole("status")).toHaveText(`${version} now runs on ${environment}.`, { timeout: DEPLOY_TIMEOUT });
    await expect(this.version(environment)).toHaveText(version);
  }

  /** Deploys a package of the list to an environment and waits until it runs there. */
  async deploy(version: string, environment: string) {
    await this.confirmAndWait(await this.openDeployDialog(version, environment), version, environment);
    await this.closeDialog();
  }

  /** Opens the site of an environment: in a new tab, or in a dialog in the preview. */
  async openSite(environment: string): Promise<Page | FrameLocator> {
    const name = `${environment.toLowerCase()}--${this.app}.localhost`;
    const link = this.card(environment).getByRole("link", { name });
    if (this.isPreview) {
      await link.click();
      const siteDialog = this.page.getByRole("dialog", { name });
      await expect(siteDialog.locator("iframe")).toHaveAttribute("sandbox", "allow-scripts");
      return siteDialog.frameLocator("iframe");
    }
    const newPage = this.page.context().waitForEvent("page");
    await link.click();
    const site = await newPage;
    await site.waitForLoadState();
    expect(new URL(site.url()).hostname).toBe(name);
    return site;
  }

  /** Closes the tab or dialog that `openSite` opened. */
  async closeSite(site: Page | FrameLocator) {
    if ("close" in site) await site.close();
    else await this.closeDialog();
  }
}
