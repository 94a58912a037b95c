// A slow line for uploads.

import type { Page } from "@playwright/test";

const BYTES_A_SECOND = 1_000_000;

/** From now on a megabyte takes about a second to send; call before the page is opened. */
export async function slowUploads(page: Page, inTab: boolean) {
  if (inTab) {
    // There is no line: the preview reads the file piece by piece, and each piece is late.
    await page.addInitScript((rate) => {
      const read = Blob.prototype.arrayBuffer;
      Blob.prototype.arrayBuffer = async function () {
        await new Promise((resolve) => setTimeout(resolve, (this.size / rate) * 1_000));
        return read.call(this);
      };
    }, BYTES_A_SECOND);
    return;
  }
  const client = await page.context().newCDPSession(page);
  await client.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: BYTES_A_SECOND,
  });
}
