import { definePlugin, token } from "../kernel/mod.ts";
import { CLOCK, INGESTER, SOURCES, TELEMETRY } from "../ports/mod.ts";
import { type ChangeFollower, followChanges, type WatchSettings } from "./follow-changes.ts";

export const WATCH = token<ChangeFollower>("watch");

export const watchPlugin = definePlugin({
  name: "watch",
  provides: WATCH,
  needs: { ingester: INGESTER, sources: SOURCES, clock: CLOCK, telemetry: TELEMETRY },
  config: (raw) => raw as WatchSettings,
  async start(parts, settings) {
    const follower = followChanges(parts, settings);
    follower.refresh();
    return { value: follower, drain: async () => follower.stop(), stop: () => follower.idle() };
  },
});
