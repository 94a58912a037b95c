// Page translators and extensions put other elements in the place of the page's text nodes. The page stays current.

import { makePackage } from "./support/packages.js";
import { expect, test } from "./support/test.js";

test.setTimeout(120_000);

/** What is done to each text node of the page. */
const ways = {
  "replaced by another element, as Google Translate does": (text: Text) => {
    const font = document.createElement("font");
    font.append(Object.assign(document.createElement("font"), { textContent: text.data }));
    text.replaceWith(font);
  },
  "moved into another element, as extensions that mark words do": (text: Text) => {
    const mark = document.createElement("mark");
    text.replaceWith(mark);
    mark.append(text);
  },
};

for (const [name, way] of Object.entries(ways)) {
  test(`the deploy page is right after its text was ${name}`, async ({ page, portal }) => {
    const deploy = await portal.openDeployPage("crm");
    const pkg = makePackage({ app: "crm" });
    await deploy.uploadAndCloseDetails(pkg);
    const before = await deploy.version("Test").innerText();
    const replaceText = (source: string) =>
      page.evaluate((code) => {
        const change = new Function(`return ${code}`)() as (text: Text) => void;
        const walker = document.createTreeWalker(document.querySelector("#main")!, NodeFilter.SHOW_TEXT);
        const texts: Text[] = [];
        while (walker.nextNode()) texts.push(walker.currentNode as Text);
        texts.filter((text) => text.data.trim()).forEach(change);
      }, source);
    await replaceText(way.toString());
    await expect(deploy.version("Test")).toHaveText(before);

    await deploy.deploy(pkg.version, "Test");
    await expect(deploy.version("Test")).toHaveText(pkg.version);
    await expect(deploy.card("Test")).toContainText("running");
    await expect(deploy.connector("Acceptance")).toContainText("waiting");
    await expect(deploy.connector("Acceptance")).not.toContainText("same version");

    await replaceText(way.toString());
    await deploy.card("Test").getByRole("button", { name: "Stop" }).click();
    await expect(deploy.card("Test").locator(".health")).toHaveText("stopped");
    await replaceText(way.toString());
    await deploy.card("Test").getByRole("button", { name: "Start" }).click();
    await expect(deploy.card("Test").locator(".health")).toHaveText("running");
    await expect(deploy.version("Test")).toHaveText(pkg.version);
  });
}

test("a translation that is taken back leaves the page's own text", async ({ page, portal }) => {
  await portal.openDeployPage();
  const main = page.locator("#main");
  const before = await main.innerText();
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector("#main")!, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts.filter((text) => text.data.trim())) {
      text.replaceWith(Object.assign(document.createElement("font"), { textContent: "übersetzt" }));
    }
  });
  await expect(main).toContainText("übersetzt");
  await expect(main).not.toContainText("running");
  await page.evaluate(() => document.querySelectorAll("#main font").forEach((font) => font.remove()));
  await expect(main).toHaveText(before, { useInnerText: true });
});

test("what identifies things is not translated", async ({ page, portal }) => {
  const deploy = await portal.openDeployPage();
  const untranslated = [
    deploy.version("Test"),
    deploy.card("Test").locator(".health"),
    deploy.card("Test").getByRole("heading"),
    deploy.row("1.0.0").getByRole("link"),
    page.getByText("shop-1.0.0.mda"),
    deploy.row("1.0.0").getByText("Dana Dahl"),
  ];
  for (const element of untranslated) {
    const marked = await element
      .first()
      .evaluate((node) => (node.closest("[translate=no]") ?? node.querySelector("[translate=no]")) !== null);
    expect(marked, await element.first().innerText()).toBe(true);
  }
});
