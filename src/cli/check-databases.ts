import { join } from "node:path";
import { checkDatabaseFile, moveAside, takeOwnership } from "../adapters/libsql/mod.ts";
import { explain } from "./exit-code.ts";
import type { Finding } from "./finding.ts";

/** What can't be built anew, and what its loss would mean. */
const kept = [
  {
    check: "job state",
    file: "state.db",
    loss: "runs, schedules and which generation is served are then forgotten, and the next ingest indexes every source anew",
  },
  {
    check: "audit ledger",
    file: join("audit", "ledger.db"),
    loss: "its entries are then only in the file that was moved, and the ledger begins anew",
  },
] as const;

/**
 * Reads the databases of a state directory that no gateway serves. `repair` moves a damaged index or graph aside, since they
 * can be built anew from the sources; what can't is never touched.
 */
export async function checkDatabases(statePath: string, repair: boolean, now: Date): Promise<Finding[]> {
  const findings = [
    await checkBuilt(statePath, "index", repair, now),
    await checkBuilt(statePath, "graph", repair, now),
  ];
  for (const { check, file, loss } of kept) {
    const trouble = checkDatabaseFile(join(statePath, file));
    const wayOut = `restore a backup, or move ${join(statePath, file)} away with its -wal and -shm files (${loss})`;
    findings.push({ check, ok: trouble === "", note: trouble === "" ? "sound" : `damaged: ${trouble}. ${wayOut}` });
  }
  return findings;
}

/** What an ingest builds, and can build anew. */
async function checkBuilt(statePath: string, check: "index" | "graph", repair: boolean, now: Date): Promise<Finding> {
  const trouble = checkDatabaseFile(join(statePath, check, `${check}.db`));
  if (trouble === "") return { check, ok: true, note: "sound" };
  if (!repair)
    return {
      check,
      ok: false,
      note: `damaged: ${trouble}. \`gateway doctor --repair\` moves it aside, and the next start builds it anew`,
    };
  try {
    const ownership = await takeOwnership(statePath);
    try {
      const aside = await moveAside(statePath, check, now);
      return { check, ok: true, note: `was damaged, moved to ${aside}; the next ingest builds it anew` };
    } finally {
      await ownership.release();
    }
  } catch (error) {
    return { check, ok: false, note: `damaged, and not mended: ${explain(error).message}` };
  }
}
