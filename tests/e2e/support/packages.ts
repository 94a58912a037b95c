// Deployment packages for uploads. Each has a version of its own, so that tests
// do not depend on each other's packages.

import { createHash, randomBytes, randomInt } from "node:crypto";
import { zip } from "./zip.js";

/** A file in the form that Playwright's `setInputFiles` takes. */
export type UploadFile = { name: string; mimeType: string; buffer: Buffer };

export type Package = { version: string; file: UploadFile; sha256: string };

export const RUNTIME_VERSION = "10.7.2";
export const CONSTANT = { Name: "Shop.Greeting", Type: "String", DefaultValue: "hello", Description: "On the door" };
export const SCHEDULED_EVENT = "Shop.CountStock";

/** Returns a random version, which does not occur in the demo data. */
export const freshVersion = () => `3.${randomInt(1_000)}.${randomInt(1_000_000)}`;

export const binaryFile = (name: string, buffer: Buffer): UploadFile => ({ name, mimeType: "application/octet-stream", buffer });

type PackageOptions = { app?: string; body?: string; files?: Record<string, string>; fillerBytes?: number };

/** Creates a package with a random version. Its site shows the version as a heading, followed by `body`, and has `files`. */
export function makePackage({ app = "shop", body = "", files = {}, fillerBytes = 0 }: PackageOptions = {}): Package {
  const version = freshVersion();
  const metadata = {
    RuntimeVersion: RUNTIME_VERSION,
    ModelVersion: version,
    ProjectName: app,
    Description: "Made by a journey",
    Constants: [CONSTANT],
    ScheduledEvents: [{ Name: SCHEDULED_EVENT }],
  };
  const page = [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${app} ${version}</title>`,
    `<link rel="icon" href="data:,"><h1>${version}</h1>${body}</html>`,
  ].join("\n");
  const buffer = zip({
    "model/metadata.json": JSON.stringify(metadata),
    // Random bytes, because they do not compress.
    "model/model.mdp": randomBytes(fillerBytes),
    "web/index.html": page,
    ...files,
  });
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  return { version, file: binaryFile(`${app}-${version}.mda`, buffer), sha256 };
}
