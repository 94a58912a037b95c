// Prints figures beside their targets, as the server's bench does.

let anyMissed = false;

/** A figure that has a target. */
export function check(name, figure, target, isMet) {
  anyMissed ||= !isMet;
  console.log(`${name.padEnd(44)} ${figure.padStart(26)}  ${target.padEnd(24)} ${isMet ? "met" : "MISSED"}`);
}

/** A figure without a target. */
export function print(name, figure) {
  console.log(`${name.padEnd(16)} ${figure}`);
}

/** Whether a target was missed. */
export function missed() {
  return anyMissed;
}

/** The median; NaN for an empty list. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
