import { OWNERSHIP } from "../../../ports/mod.ts";
import { parseStatePath, type StatePathConfig } from "../file/mod.ts";
import { takeOwnership } from "./take-ownership.ts";

/** The one owner's lock: listed before whatever opens files in the state directory, so it is given up last. */
export const ownerPlugin = {
  name: "owner",
  provides: OWNERSHIP,
  needs: {},
  config: parseStatePath,
  async start(_needs: Readonly<Record<never, never>>, { statePath }: StatePathConfig) {
    const ownership = await takeOwnership(statePath);
    return { value: ownership, stop: () => ownership.release() };
  },
};
