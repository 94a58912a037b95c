// Slows down uploads and holds back wasm chunks, so that a test can check what
// the page shows meanwhile. The test then calls the returned `Release`, so that
// it waits for conditions and does not depend on the speed of the machine.

import type { Page } from "@playwright/test";

/** Slow enough that no upload of these tests ends before its progress has been checked. */
const BYTES_PER_SECOND = 200_000;

/** Ends the restriction. */
export type Release = () => Promise<void>;

/** Throttles uploads. Must be called before the page is opened. */
export async function throttleUploads(page: Page, isPreview: boolean): Promise<Release> {
  if (isPreview) {
    // The preview has no network to throttle: it reads the file in pieces, so each read is delayed.
    await page.addInitScript((rate) => {
      const read = Blob.prototype.arrayBuffer;
      Blob.prototype.arrayBuffer = async function () {
        const delay = new Promise((resolve) => setTimeout(resolve, (this.size / rate) * 1_000));
        const released = new Promise((resolve) => addEventListener("release-uploads", resolve, { once: true }));
        await Promise.race([delay, released]);
        return read.call(this);
      };
      addEventListener("release-uploads", () => (Blob.prototype.arrayBuffer = read));
    }, BYTES_PER_SECOND);
    return () => page.evaluate(() => void dispatchEvent(new Event("release-uploads")));
  }
  const client = await page.context().newCDPSession(page);
  const throttle = async (uploadThroughput: number) => {
    const unlimited = { offline: false, latency: 0, downloadThroughput: -1 };
    await client.send("Network.emulateNetworkConditions", { ...unlimited, uploadThroughput });
  };
  await throttle(BYTES_PER_SECOND);
  return () => throttle(-1);
}

/** Holds back the wasm part of an area until it is released. */
export async function holdArea(page: Page, area: string): Promise<Release> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(new RegExp(`/split_${area}\\.wasm$`), async (route) => {
    await released;
    await route.continue();
  });
  return async () => release();
}
