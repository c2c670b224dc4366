import { execFileSync, spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./gateway-process.ts";

/** A disk of a few megabytes; or why there is none. */
export type SmallDisk = { readonly path: string; unmount(): void } | { readonly missing: string };

const inside = "KM_TEST_OWN_MOUNTS";

/**
 * Mounts a disk in memory. Who may not is given a namespace of their own, in which they may: the file is run again
 * there, and this process ends as that one did. Where there are no such namespaces either, the disk is missing.
 */
export function smallDisk(megabytes: number, file: string): SmallDisk {
  const path = temporaryFolder();
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path], { encoding: "utf8" });
  if (mount.status === 0) return { path, unmount: () => void execFileSync("umount", ["-l", path]) };
  const missing = `no disk can be mounted here (${(mount.stderr || String(mount.error)).trim()})`;
  if (process.env[inside] !== undefined) return { missing };
  const own = ["--user", "--map-root-user", "--mount"];
  if (spawnSync("unshare", [...own, "true"]).status !== 0) return { missing };
  const flags = "Deno" in globalThis ? ["run", "--no-prompt", "--quiet", "-A"] : process.execArgv;
  const again = spawnSync("unshare", [...own, process.execPath, ...flags, fileURLToPath(file)], {
    stdio: "inherit",
    env: { ...process.env, [inside]: "1" },
  });
  process.exit(again.status ?? 1);
}
