/** The machine's own clock and randomness behind the Clock and Random ports. */
export { systemClock } from "./clock.ts";
export { clockPlugin } from "./clock-plugin.ts";
