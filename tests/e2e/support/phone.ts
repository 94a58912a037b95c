// A phone with an authenticator app that knows nothing of Padlock: it reads the
// QR code off the screen, and another implementation of TOTP makes its codes.

import { expect, type Locator } from "@playwright/test";
import jsqr from "jsqr";
import { TOTP, URI } from "otpauth";
import { PNG } from "pngjs";

export class Phone {
  private constructor(
    private readonly totp: TOTP,
    /** The address in the QR code. */
    readonly uri: string,
  ) {}

  /** Scans the picture that is on the screen. */
  static async scan(picture: Locator): Promise<Phone> {
    const { data, width, height } = PNG.sync.read(await picture.screenshot());
    const found = jsqr.default(new Uint8ClampedArray(data), width, height);
    if (!found) throw new Error("there is no QR code to be read in the picture");
    return Phone.reading(found.data);
  }

  static reading(uri: string): Phone {
    const totp = URI.parse(uri);
    if (!(totp instanceof TOTP)) throw new Error(`not for a clock: ${uri}`);
    return new Phone(totp, uri);
  }

  /** The key, as the page writes it. */
  get key(): string {
    return this.totp.secret.base32;
  }

  /** What apps show of it. */
  get label() {
    const { issuer, label, algorithm, digits, period } = this.totp;
    return { issuer, label, algorithm, digits, period };
  }

  /** The code at a time, in milliseconds since 1970. */
  code(at: number): string {
    return this.totp.generate({ timestamp: at });
  }

  /** A code that no clock within ten minutes shows. */
  wrongCode(at: number): string {
    const near = Array.from({ length: 61 }, (_, step) => this.code(at + (step - 30) * 30_000));
    for (let n = 0; ; n += 1) {
      const code = String(n).padStart(6, "0");
      if (!near.includes(code)) return code;
    }
  }
}

/** Reads a key that is shown in groups. */
export async function keyOf(groups: Locator): Promise<string> {
  await expect(groups).toBeVisible();
  return (await groups.innerText()).replace(/\s/g, "");
}
