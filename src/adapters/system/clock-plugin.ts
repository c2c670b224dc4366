import { definePlugin } from "../../kernel/mod.ts";
import { CLOCK } from "../../ports/mod.ts";
import { systemClock } from "./clock.ts";

export const clockPlugin = definePlugin({
  name: "clock",
  provides: CLOCK,
  needs: {},
  config: () => undefined,
  start: async () => ({ value: systemClock }),
});
