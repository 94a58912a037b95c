// A slow line: uploads that take their time, and parts of the program that come
// late. A journey sees what it came to see, then lets the line go: it waits for
// conditions, however busy the machine is.

import type { Page } from "@playwright/test";

/** Far too little for what the journeys send: nothing ends before it was looked at. */
const BYTES_A_SECOND = 200_000;

/** Lets go what was held back. */
export type LetGo = () => Promise<void>;

/** From now on uploads crawl; call before the page is opened. */
export async function slowUploads(page: Page, inTab: boolean): Promise<LetGo> {
  if (inTab) {
    // There is no line: the preview reads the file piece by piece, and each piece is late.
    await page.addInitScript((rate) => {
      const read = Blob.prototype.arrayBuffer;
      Blob.prototype.arrayBuffer = async function () {
        const late = new Promise((resolve) => setTimeout(resolve, (this.size / rate) * 1_000));
        const letGo = new Promise((resolve) => addEventListener("let-go", resolve, { once: true }));
        await Promise.race([late, letGo]);
        return read.call(this);
      };
      addEventListener("let-go", () => (Blob.prototype.arrayBuffer = read));
    }, BYTES_A_SECOND);
    return () => page.evaluate(() => void dispatchEvent(new Event("let-go")));
  }
  const client = await page.context().newCDPSession(page);
  const throttle = async (uploadThroughput: number) => {
    const rest = { offline: false, latency: 0, downloadThroughput: -1 };
    await client.send("Network.emulateNetworkConditions", { ...rest, uploadThroughput });
  };
  await throttle(BYTES_A_SECOND);
  return () => throttle(-1);
}

/** From now on no part of the program comes but the first, which every visit needs. */
export async function holdParts(page: Page): Promise<LetGo> {
  let come = () => {};
  const letGo = new Promise<void>((resolve) => (come = resolve));
  await page.route(/\/(split|chunk)_\w+\.wasm$/, async (route) => {
    await letGo;
    await route.continue();
  });
  return async () => come();
}
