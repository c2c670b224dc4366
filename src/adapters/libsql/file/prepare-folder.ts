import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";

/** The state directory: private to its owner, and never taken for sources by Git or by an indexer. */
export async function prepareStateFolder(statePath: string): Promise<void> {
  await guarded(statePath, async () => {
    await mkdir(statePath, { recursive: true, mode: 0o700 });
    if (((await stat(statePath)).mode & 0o077) !== 0) await chmod(statePath, 0o700);
    await writeFile(join(statePath, ".gitignore"), "*\n");
  });
}

/** A folder inside the state directory. */
export async function prepareFolder(path: string): Promise<void> {
  await guarded(path, async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  });
}

/** What went wrong with the file system, as a Fault for the operator: it names the path and the way out. */
export async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ENOSPC") throw new Fault("exhausted", `the disk that holds ${path} is full: free space`, { cause });
    throw new Fault(
      "precondition",
      `${path} can't be written (${code || "unknown error"}): make it a folder that the gateway's user owns, or set KM_STATE_PATH to one`,
      { cause, reason: "STATE_UNWRITABLE" },
    );
  }
}
