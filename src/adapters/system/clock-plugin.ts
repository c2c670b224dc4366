import { CLOCK } from "../../ports/mod.ts";
import { systemClock } from "./clock.ts";

/** The clock as a plug-in: a plain value of the kernel's `Plugin` shape, since adapters don't import the kernel. */
export const clockPlugin = {
  name: "clock",
  provides: CLOCK,
  needs: {},
  config: () => undefined,
  start: async () => ({ value: systemClock }),
};
