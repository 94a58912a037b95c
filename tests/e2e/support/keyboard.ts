// Keyboard navigation: moves the focus with Tab and checks every element on the way.

import { expect, type Locator, type Page } from "@playwright/test";

const MAX_STEPS = 60;

type FocusedElement = { name: string; hasFocusRing: boolean; inDocumentOrder: boolean };

/**
 * Presses Tab until `target` has the focus, and returns the names of all elements that were focused.
 *
 * Fails when one of them has no visible focus ring, or when Tab moves backwards in the document.
 */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    await page.keyboard.press(key);
    const focused = await inspectFocus(page);
    names.push(focused.name);
    expect(focused.hasFocusRing, `${focused.name} shows that it has the focus, after: ${names.join(", ")}`).toBe(true);
    if (await hasFocus(target)) return names;
    if (key === "Tab") expect(focused.inDocumentOrder, `${focused.name} comes after what came before it: ${names.join(", ")}`).toBe(true);
  }
  throw new Error(`Tab never reached ${target}, only: ${names.join(", ")}`);
}

/** Moves the focus to the start of the document, where it is when a page has just been opened. */
export function resetFocus(page: Page) {
  return page.evaluate(async () => {
    // The app focuses the heading of a newly opened page two frames later, which would undo the reset.
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
}

async function hasFocus(target: Locator): Promise<boolean> {
  return (await target.count()) === 1 && target.evaluate((element) => element === document.activeElement);
}

function inspectFocus(page: Page): Promise<FocusedElement> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const marker = "data-last-focused";
    const previous = document.querySelector(`[${marker}]`);
    previous?.removeAttribute(marker);
    element.setAttribute(marker, "");
    const dialogOf = (one: Element | null) => one?.closest("dialog") ?? null;
    // The order starts again when the focus enters or leaves a dialog.
    const follows =
      !previous ||
      dialogOf(previous) !== dialogOf(element) ||
      !!(previous.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    const hasRing = (one: Element | null): boolean => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    };
    const label = element instanceof HTMLInputElement ? (element.labels?.[0] ?? null) : null;
    // Some controls show the focus ring on their container instead, such as a card or a field with an icon.
    const containers = [".card", ".field-box", ".file-drop"].map((selector) => element.closest(selector));
    const after = getComputedStyle(element, "::after");
    return {
      name: element.getAttribute("aria-label") ?? (element.textContent?.trim().slice(0, 60) || (label?.textContent ?? element.tagName)),
      hasFocusRing: hasRing(element) || hasRing(label) || containers.some(hasRing) || after.outlineStyle !== "none",
      inDocumentOrder: element !== document.body && follows,
    };
  });
}
