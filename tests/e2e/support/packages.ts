// Deployment packages that the journeys upload, each with a version of its own,
// so that no journey depends on what another one left.

import { createHash, randomBytes, randomInt } from "node:crypto";
import { zip } from "./zip.js";

/** A file as a file chooser takes it. */
export type File = { name: string; mimeType: string; buffer: Buffer };

/** A package, and what a page should say of it. */
export type Package = { version: string; file: File; sha256: string };

export const RUNTIME = "10.7.2";
export const CONSTANT = { Name: "Shop.Greeting", Type: "String", DefaultValue: "hello", Description: "On the door" };
export const EVENT = "Shop.CountStock";

/** A version that nothing else has. */
export const freshVersion = () => `3.${randomInt(1_000)}.${randomInt(1_000_000)}`;

export const file = (name: string, buffer: Buffer): File => ({ name, mimeType: "application/octet-stream", buffer });

/** A package whose page says its version; `body` is put into that page. */
export function makePackage({ app = "shop", body = "", ballast = 0 } = {}): Package {
  const version = freshVersion();
  const metadata = {
    RuntimeVersion: RUNTIME,
    ModelVersion: version,
    ProjectName: app,
    Description: "Made by a journey",
    Constants: [CONSTANT],
    ScheduledEvents: [{ Name: EVENT }],
  };
  const page = [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${app} ${version}</title>`,
    `<link rel="icon" href="data:,"><h1>${version}</h1>${body}</html>`,
  ].join("\n");
  const buffer = zip({
    "model/metadata.json": JSON.stringify(metadata),
    // Does not compress: what takes long to send.
    "model/model.mdp": randomBytes(ballast),
    "web/index.html": page,
  });
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  return { version, file: file(`${app}-${version}.mda`, buffer), sha256 };
}
