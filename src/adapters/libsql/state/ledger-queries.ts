import type { AuditEntry, NewAuditEntry } from "../../../domain/mod.ts";
import type { AuditFilter } from "../../../ports/mod.ts";
import { type Row, type Statement, sql } from "./statement.ts";

const columns = "sequence, recorded_at, entry, previous_hash, hash";

export function toEntry(row: Row): AuditEntry {
  const kept = JSON.parse(String(row["entry"])) as NewAuditEntry;
  const run = kept.run && { ...kept.run, error: kept.run.error };
  return {
    ...kept,
    run,
    sequence: Number(row["sequence"]),
    recordedAt: Number(row["recorded_at"]),
    previousHash: String(row["previous_hash"]),
    hash: String(row["hash"]),
  };
}

/** "" for all; entries without a source are for those who see all. */
function seen(visible: readonly string[] | undefined): string {
  return visible === undefined ? "" : JSON.stringify(visible.filter((source) => source !== ""));
}

export function findEntries(filter: AuditFilter, before: number, limit: number): Statement {
  return sql(
    `SELECT ${columns} FROM entry
     WHERE (?1 = 0 OR sequence < ?1)
       AND (?2 = '[]' OR kind IN (SELECT value FROM json_each(?2)))
       AND (?3 = '[]' OR outcome IN (SELECT value FROM json_each(?3)))
       AND (?4 = '' OR actor = ?4) AND (?5 = '' OR source = ?5) AND (?6 = '' OR run_id = ?6)
       AND (?7 = 0 OR recorded_at >= ?7) AND (?8 = 0 OR recorded_at < ?8)
       AND (?9 = '' OR source IN (SELECT value FROM json_each(?9)))
     ORDER BY sequence DESC LIMIT ?10`,
    before,
    JSON.stringify(filter.kinds),
    JSON.stringify(filter.outcomes),
    filter.actor,
    filter.source,
    filter.runId,
    filter.since,
    filter.until,
    seen(filter.visible),
    limit,
  );
}

export function readEntries(after: number, limit: number, visible: readonly string[] | undefined): Statement {
  return sql(
    `SELECT ${columns} FROM entry WHERE sequence > ?1
       AND (?2 = '' OR source IN (SELECT value FROM json_each(?2)))
     ORDER BY sequence LIMIT ?3`,
    after,
    seen(visible),
    limit,
  );
}

export const openEntries: Statement = sql(
  `SELECT ${columns} FROM entry AS began WHERE outcome = 'started' AND NOT EXISTS (
     SELECT 1 FROM entry WHERE started_sequence = began.sequence AND outcome <> 'committing')
   ORDER BY sequence`,
);
