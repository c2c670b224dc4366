import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Works in a state folder of its own, which is gone afterwards. */
export async function inFolder(work: (statePath: string) => Promise<void>): Promise<void> {
  const statePath = await mkdtemp(join(tmpdir(), "state-"));
  try {
    await work(statePath);
  } finally {
    await rm(statePath, { recursive: true });
  }
}
