// Files that are not valid deployment packages: the upload is rejected with a
// message at the file field, and nothing is stored.

import { truncateSync, writeFileSync } from "node:fs";
import { apiPath } from "./support/error-monitor.js";
import { binaryFile, makePackage } from "./support/packages.js";
import { expect, needsServer, test } from "./support/test.js";
import { zip } from "./support/zip.js";

const html = "<h1>x</h1>";

const rejectedByTheApi = [
  {
    what: "a file that is not a zip file",
    upload: binaryFile("shop-text.mda", Buffer.from("hello")),
    message: "This is not a deployment package: it is not a whole zip file.",
  },
  {
    what: "a zip file cut in half",
    upload: (({ buffer }) => binaryFile("shop-half.mda", buffer.subarray(0, buffer.length / 2)))(makePackage().file),
    message: "This is not a deployment package: it is not a whole zip file.",
  },
  {
    what: "a zip file without metadata",
    upload: binaryFile("shop-bare.mda", zip({ "web/index.html": html })),
    message: "This is not a deployment package: it has no model/metadata.json.",
  },
  {
    what: "metadata that is not valid JSON",
    upload: binaryFile("shop-broken.mda", zip({ "model/metadata.json": "{", "web/index.html": html })),
    message: "The package cannot be used: model/metadata.json is not valid JSON (line 1, column 1)",
  },
  {
    what: "a path that leads out of the package",
    upload: binaryFile("shop-climbs.mda", zip({ "web/index.html": html, "web/../../x": html })),
    message: "The package cannot be used: it holds a path with “..”",
  },
];

for (const { what, upload, message } of rejectedByTheApi) {
  test(`the API rejects ${what}`, async ({ portal, errorMonitor }) => {
    errorMonitor.allowResponse(422, apiPath("/apps/shop/packages"));
    const deploy = await portal.openDeployPage();
    const before = await deploy.versions();
    const dialog = await deploy.openUploadDialog();
    await deploy.fileField.setInputFiles(upload);
    await expect(dialog.getByText(message)).toBeVisible();
    await expect(deploy.fileField).toHaveAttribute("aria-invalid", "true");
    await expect(deploy.fileField).toHaveAccessibleDescription(new RegExp(message.slice(0, 30)));
    await deploy.closeDialog();
    expect(await deploy.versions()).toEqual(before);

    // The error belongs to that file, so the dialog opens without it.
    await deploy.openUploadDialog();
    await expect(deploy.fileField).not.toHaveAttribute("aria-invalid", "true");
  });
}

test("a file with another extension, an empty file and a file that is too large are rejected before anything is sent", async ({ page, portal }, testInfo) => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/packages")) sent.push(request.url());
  });
  const large = testInfo.outputPath("large.mda");
  writeFileSync(large, "");
  truncateSync(large, 513 * 1024 * 1024);

  const deploy = await portal.openDeployPage();
  const before = await deploy.versions();
  await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles(binaryFile("notes.zip", Buffer.from("x")));
  await expect(deploy.fileField).toHaveAccessibleDescription(/notes\.zip is not a deployment package: its name does not end in \.mda\./);
  await deploy.fileField.setInputFiles(binaryFile("empty.mda", Buffer.alloc(0)));
  await expect(deploy.fileField).toHaveAccessibleDescription(/empty\.mda is empty\./);
  await deploy.fileField.setInputFiles(large);
  await expect(deploy.fileField).toHaveAccessibleDescription(/large\.mda is too large: it has 538 MB, and at most 512 MiB are allowed\./);
  await deploy.closeDialog();
  expect(sent).toEqual([]);
  expect(await deploy.versions()).toEqual(before);
});

test("a valid package can be uploaded after a rejected file", async ({ portal, errorMonitor }) => {
  errorMonitor.allowResponse(422, apiPath("/apps/shop/packages"));
  const deploy = await portal.openDeployPage();
  const pkg = makePackage();
  await deploy.openUploadDialog();
  await deploy.fileField.setInputFiles(binaryFile(pkg.file.name, Buffer.from("PK")));
  await expect(deploy.fileField).toHaveAttribute("aria-invalid", "true");
  await deploy.fileField.setInputFiles(pkg.file);
  await expect(deploy.page.getByRole("dialog", { name: pkg.file.name })).toBeVisible();
});

test.describe("on the server", () => {
  needsServer();

  test("a body that is too large is refused with the reason, although the browser is still sending it", async ({ portal, page, errorMonitor }) => {
    await portal.openDeployPage();
    errorMonitor.allowResponse(413, apiPath("/session/lock"));
    const refusal = await page.evaluate(async () => {
      const body = new Blob(Array(24).fill(new Uint8Array(1024 * 1024)), { type: "application/json" });
      const response = await fetch("/api/v1/session/lock", { method: "POST", body, headers: { "Content-Type": "application/json" } });
      return { status: response.status, ...((await response.json()) as { code: string; detail: string }) };
    });
    expect(refusal).toMatchObject({ status: 413, code: "too_large", detail: "The request is larger than 1 MiB." });
  });
});
