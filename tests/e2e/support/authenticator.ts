// An authenticator app that is independent of Padlock: it reads the QR code from
// a screenshot and generates codes with another TOTP implementation.

import { expect, type Locator } from "@playwright/test";
import jsqr from "jsqr";
import { TOTP, URI } from "otpauth";
import { PNG } from "pngjs";

export class Authenticator {
  private constructor(
    private readonly totp: TOTP,
    /** The otpauth URI from the QR code. */
    readonly uri: string,
  ) {}

  /** Scans the QR code in this element. */
  static async scan(qrCode: Locator): Promise<Authenticator> {
    const { data, width, height } = PNG.sync.read(await qrCode.screenshot());
    const found = jsqr.default(new Uint8ClampedArray(data), width, height);
    if (!found) throw new Error("no QR code found in the screenshot");
    return Authenticator.fromUri(found.data);
  }

  static fromUri(uri: string): Authenticator {
    const totp = URI.parse(uri);
    if (!(totp instanceof TOTP)) throw new Error(`not a TOTP URI: ${uri}`);
    return new Authenticator(totp, uri);
  }

  /** The secret key in base32, as the page shows it. */
  get key(): string {
    return this.totp.secret.base32;
  }

  /** The parameters of the otpauth URI, except the key. */
  get parameters() {
    const { issuer, label, algorithm, digits, period } = this.totp;
    return { issuer, label, algorithm, digits, period };
  }

  /** Returns the code at a time, in milliseconds since 1970. */
  code(time: number): string {
    return this.totp.generate({ timestamp: time });
  }

  /** Returns a code that is wrong for every time step within 15 minutes of `time`. */
  wrongCode(time: number): string {
    const validNearby = Array.from({ length: 61 }, (_, step) => this.code(time + (step - 30) * 30_000));
    for (let n = 0; ; n += 1) {
      const code = String(n).padStart(6, "0");
      if (!validNearby.includes(code)) return code;
    }
  }
}

/** Returns the secret key that the page shows, without the spaces between its groups. */
export async function readKey(groups: Locator): Promise<string> {
  await expect(groups).toBeVisible();
  return (await groups.innerText()).replace(/\s/g, "");
}
