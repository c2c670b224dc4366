import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";

/**
 * Makes the state directory (readable by its owner alone), with the `.gitignore` that keeps it out of any
 * repository it lies in, and a folder inside it.
 * @throws Fault `precondition` when it can't be made or written.
 */
export function makeStateFolder(statePath: string, inside = ""): string {
  const folder = join(statePath, inside);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ignore = join(statePath, ".gitignore");
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (cause) {
    throw new Fault("precondition", "the state directory can't be made or written: set KM_STATE_PATH to one that can", {
      cause,
      reason: "STORE_NOT_WRITABLE",
    });
  }
  return folder;
}
