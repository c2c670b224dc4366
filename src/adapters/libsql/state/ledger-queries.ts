import type { AuditEntry, NewAuditEntry } from "../../../domain/mod.ts";
import type { AuditFilter } from "../../../ports/mod.ts";
import { type Row, type SqlValue, type Statement, sql } from "./statement.ts";

const columns = "sequence, recorded_at, entry, previous_hash, hash";

/** Fills in what was parsed: copying it costs twice what parsing does. */
export function toEntry(row: Row): AuditEntry {
  const kept = JSON.parse(String(row["entry"])) as NewAuditEntry;
  const { run } = kept;
  // JSON has no undefined.
  if (run !== undefined) Object.assign(run, { error: run.error });
  return Object.assign(kept, {
    run,
    sequence: Number(row["sequence"]),
    recordedAt: Number(row["recorded_at"]),
    previousHash: String(row["previous_hash"]),
    hash: String(row["hash"]),
  });
}

/** "" for all; entries without a source are for those who see all. */
function seen(visible: readonly string[] | undefined): string {
  return visible === undefined ? "" : JSON.stringify(visible.filter((source) => source !== ""));
}

/** Only the conditions that are asked for: a condition that may be off keeps the engine from using an index. */
export function findEntries(filter: AuditFilter, before: number, limit: number): Statement {
  const { kinds, outcomes, actor, source, runId, since, until, visible } = filter;
  const conditions: string[] = [];
  const args: SqlValue[] = [];
  const where = (wanted: boolean, condition: string, value: SqlValue) => {
    if (!wanted) return;
    conditions.push(condition);
    args.push(value);
  };
  where(before !== 0, "sequence < ?", before);
  where(runId !== "", "run_id = ?", runId);
  // One kind is read off its index in the right order. Several would be sorted, all of them, for one page.
  const [kind = ""] = kinds;
  where(kinds.length === 1, runId === "" ? "kind = ?" : "+kind = ?", kind);
  where(kinds.length > 1, "+kind IN (SELECT value FROM json_each(?))", JSON.stringify(kinds));
  where(outcomes.length > 0, "outcome IN (SELECT value FROM json_each(?))", JSON.stringify(outcomes));
  where(actor !== "", "actor = ?", actor);
  where(source !== "", "source = ?", source);
  where(since !== 0, "recorded_at >= ?", since);
  where(until !== 0, "recorded_at < ?", until);
  where(visible !== undefined, "source IN (SELECT value FROM json_each(?))", seen(visible));
  const all = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return sql(`SELECT ${columns} FROM entry ${all} ORDER BY sequence DESC LIMIT ?`, ...args, limit);
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

/** The index of what ends others is of those that do: without its own condition it is not used, and each looks at all. */
export const openEntries: Statement = sql(
  `SELECT ${columns} FROM entry AS began WHERE outcome = 'started' AND NOT EXISTS (
     SELECT 1 FROM entry
     WHERE started_sequence = began.sequence AND started_sequence > 0 AND outcome <> 'committing')
   ORDER BY sequence`,
);
