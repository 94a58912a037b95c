// Journey 2, the other way: what is no deployment package is told at the field,
// and nothing of it stays.

import { truncateSync, writeFileSync } from "node:fs";
import { file, makePackage } from "./support/packages.js";
import { api } from "./support/portal.js";
import { expect, test } from "./support/test.js";
import { zip } from "./support/zip.js";

const page = "<h1>x</h1>";

const refusedByTheApi = [
  {
    what: "no zip file",
    upload: file("shop-text.mda", Buffer.from("hello")),
    words: "This is not a deployment package: it is not a whole zip file.",
  },
  {
    what: "a zip file cut in half",
    upload: (({ buffer }) => file("shop-half.mda", buffer.subarray(0, buffer.length / 2)))(makePackage().file),
    words: "This is not a deployment package: it is not a whole zip file.",
  },
  {
    what: "a zip file without metadata",
    upload: file("shop-bare.mda", zip({ "web/index.html": page })),
    words: "This is not a deployment package: it has no model/metadata.json.",
  },
  {
    what: "broken metadata",
    upload: file("shop-broken.mda", zip({ "model/metadata.json": "{", "web/index.html": page })),
    words: "The package cannot be used: model/metadata.json cannot be read:",
  },
  {
    what: "a path that leads out",
    upload: file("shop-climbs.mda", zip({ "web/index.html": page, "web/../../x": page })),
    words: "The package cannot be used: it holds a path with “..”",
  },
];

for (const { what, upload, words } of refusedByTheApi) {
  test(`refused: ${what}`, async ({ portal, watch }) => {
    watch.expect(422, api("/apps/shop/packages"));
    const deploy = await portal.openDeploy();
    const before = await deploy.versions();
    const dialog = await deploy.openUpload();
    await deploy.fileField.setInputFiles(upload);
    await expect(dialog.getByText(words)).toBeVisible();
    await expect(deploy.fileField).toHaveAttribute("aria-invalid", "true");
    await expect(deploy.fileField).toHaveAccessibleDescription(new RegExp(words.slice(0, 30)));
    await deploy.close();
    expect(await deploy.versions()).toEqual(before);

    // The refusal was of that file: the next one starts clean.
    await deploy.openUpload();
    await expect(deploy.fileField).not.toHaveAttribute("aria-invalid", "true");
  });
}

test("refused before anything is sent: by its name, its emptiness and its size", async ({ page, portal }, testInfo) => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/packages")) sent.push(request.url());
  });
  const large = testInfo.outputPath("large.mda");
  writeFileSync(large, "");
  truncateSync(large, 513 * 1024 * 1024);

  const deploy = await portal.openDeploy();
  const before = await deploy.versions();
  await deploy.openUpload();
  await deploy.fileField.setInputFiles(file("notes.zip", Buffer.from("x")));
  await expect(deploy.fileField).toHaveAccessibleDescription(/notes\.zip is not a deployment package: its name does not end in \.mda\./);
  await deploy.fileField.setInputFiles(file("empty.mda", Buffer.alloc(0)));
  await expect(deploy.fileField).toHaveAccessibleDescription(/empty\.mda is empty\./);
  await deploy.fileField.setInputFiles(large);
  await expect(deploy.fileField).toHaveAccessibleDescription(/large\.mda is too large: it has 538 MB, and at most 512 MiB are allowed\./);
  await deploy.close();
  expect(sent).toEqual([]);
  expect(await deploy.versions()).toEqual(before);
});

test("a file that was refused can be put right and sent again", async ({ portal, watch }) => {
  watch.expect(422, api("/apps/shop/packages"));
  const deploy = await portal.openDeploy();
  const made = makePackage();
  await deploy.openUpload();
  await deploy.fileField.setInputFiles(file(made.file.name, Buffer.from("PK")));
  await expect(deploy.fileField).toHaveAttribute("aria-invalid", "true");
  await deploy.fileField.setInputFiles(made.file);
  await expect(deploy.page.getByRole("dialog", { name: made.file.name })).toBeVisible();
});
