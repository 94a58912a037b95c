// Figures beside their targets, as the server's bench prints them.

let any = false;

/** A figure that has a target. */
export function held(name, figure, target, met) {
  any ||= !met;
  console.log(`${name.padEnd(44)} ${figure.padStart(26)}  ${target.padEnd(24)} ${met ? "met" : "MISSED"}`);
}

/** A figure to know. */
export function told(name, figure) {
  console.log(`${name.padEnd(44)} ${figure.padStart(26)}`);
}

/** Whether a target was missed. */
export function missed() {
  return any;
}

/** The one in the middle. */
export function median(all) {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
