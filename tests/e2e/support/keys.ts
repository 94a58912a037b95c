// Walking through a page with the keyboard alone.

import { expect, type Locator, type Page } from "@playwright/test";

const FAR = 60;

/** A stop of the focus. */
type Stop = { name: string; ring: boolean; later: boolean };

/** Presses Tab until the focus is there. Every stop on the way is visibly focused and further on in the page. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < FAR; step += 1) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    names.push(stop.name);
    expect(stop.ring, `${stop.name} shows that it has the focus, after: ${names.join(", ")}`).toBe(true);
    if (await has(target)) return names;
    if (key === "Tab") expect(stop.later, `${stop.name} comes after what came before it: ${names.join(", ")}`).toBe(true);
  }
  throw new Error(`Tab never reached ${target}, only: ${names.join(", ")}`);
}

/** The next Tab begins at the top of the page, as it does for somebody who just arrived. */
export function fromTheTop(page: Page) {
  return page.evaluate(async () => {
    // A page that has just been opened gives its heading the focus two frames later, which is before anybody's Tab.
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
}

/** Whether the one element has the focus. */
async function has(target: Locator): Promise<boolean> {
  return (await target.count()) === 1 && target.evaluate((element) => element === document.activeElement);
}

function focused(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const marked = "data-walked-from";
    const before = document.querySelector(`[${marked}]`);
    before?.removeAttribute(marked);
    element.setAttribute(marked, "");
    const inDialog = (one: Element | null) => one?.closest("dialog") ?? null;
    // A dialog begins an order of its own.
    const follows =
      !before ||
      inDialog(before) !== inDialog(element) ||
      !!(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    // A control may hand its ring to a box around it that stands for it: a card, a field with its icon.
    const rings = (one: Element | null): boolean => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    };
    const label = element instanceof HTMLInputElement ? (element.labels?.[0] ?? null) : null;
    const around = [".card", ".field-box", ".file-drop"].map((box) => element.closest(box));
    const after = getComputedStyle(element, "::after");
    return {
      name: element.getAttribute("aria-label") ?? (element.textContent?.trim().slice(0, 60) || (label?.textContent ?? element.tagName)),
      ring: rings(element) || rings(label) || around.some(rings) || after.outlineStyle !== "none",
      later: element !== document.body && follows,
    };
  });
}
