import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { readSegmentHealth } from "../engine/mod.ts";
import { Connection, type FileOf, guarded } from "../file/mod.ts";

const cacheKib = 8_192;
/** Complaints quoted: the first says where it begins, the hundredth adds nothing. */
const quoted = 3;

/**
 * What is wrong with a database file of the state directory, in the engine's words; "" when it is sound or not there.
 * Reads all of it, and blocks its thread meanwhile: for a command, never for a serving gateway.
 */
export function checkDatabaseFile(file: string): string {
  if (!existsSync(file)) return "";
  let db: Connection | undefined;
  try {
    db = new Connection(file, cacheKib);
    const lines = db.sql(`PRAGMA quick_check(${quoted})`).all([]);
    const complaints = lines.map((row) => String(row[0])).filter((line) => line !== "ok");
    // The engine breaks its lines within one row.
    if (complaints.length > 0) return complaints.join("; ").replaceAll(/\s*\n\s*/g, "; ");
    return damagedSegment(db);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    db?.close();
  }
}

/** The engine's own blobs carry a checksum that SQLite knows nothing of. */
function damagedSegment(db: Connection): string {
  if (db.sql("SELECT 1 FROM sqlite_master WHERE name = 'segments'").get([]) === undefined) return "";
  for (const [id, bytes] of db.sql("SELECT id, bytes FROM segments").rows([])) {
    const trouble = readSegmentHealth(bytes as Uint8Array);
    if (trouble !== "") return `segment ${String(id)}: ${trouble}`;
  }
  return "";
}

/**
 * Moves the index or the graph out of the way, so that the next start makes an empty one and its ingest builds it anew.
 * Nothing is deleted. The caller owns the state directory. Returns where it now is.
 * @throws Fault `precondition` when it can't be moved.
 */
export async function moveAside(statePath: string, folder: FileOf, now: Date): Promise<string> {
  const aside = join(statePath, `${folder}.damaged-${now.toISOString().replaceAll(":", "-")}`);
  await guarded(statePath, async () => {
    await rename(join(statePath, folder), aside);
    await mkdir(join(statePath, folder), { mode: 0o700 });
  });
  return aside;
}
