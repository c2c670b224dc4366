import { join } from "node:path";
import { type AuditEntry, Fault, type NewAuditEntry } from "../../../domain/mod.ts";
import type { AuditLedger, Clock } from "../../../ports/mod.ts";
import { openDatabase } from "./database.ts";
import { ledgerMigrations } from "./ledger-migrations.ts";
import { migrate } from "./migrate.ts";
import { makeStateFolder } from "./state-folder.ts";
import { type Row, sql } from "./statement.ts";

export interface LedgerOptions {
  /** The state directory; the ledger is `audit/ledger.db` in it. */
  readonly statePath: string;
}

function toEntry(row: Row): AuditEntry {
  const kept = JSON.parse(String(row["entry"])) as NewAuditEntry;
  const run = kept.run && { ...kept.run, error: kept.run.error };
  return { ...kept, run, sequence: Number(row["sequence"]), recordedAt: Number(row["recorded_at"]) };
}

/**
 * Opens the audit ledger, making or migrating it first.
 * @throws Fault `precondition` (not writable, newer version), `unavailable` (locked), `internal` (damaged).
 */
export async function openLedger(options: LedgerOptions, clock: Clock, signal: AbortSignal): Promise<AuditLedger> {
  const name = "the audit ledger (audit/ledger.db)";
  const database = openDatabase(join(makeStateFolder(options.statePath, "audit"), "ledger.db"), name);
  try {
    await migrate(database, name, ledgerMigrations, signal);
  } catch (error) {
    await database.close();
    throw error;
  }

  return {
    async ready(readySignal) {
      await database.batch("read", [sql("SELECT 1 AS one")], readySignal);
    },

    async append(entry, appendSignal) {
      const recordedAt = clock.now();
      try {
        const [rows] = await database.batch(
          "write",
          [
            sql(
              `INSERT INTO entry (sequence, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry)
               SELECT COALESCE(MAX(sequence), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM entry RETURNING sequence`,
              recordedAt,
              entry.kind,
              entry.outcome,
              entry.source,
              entry.run?.runId ?? "",
              entry.actor.tokenId,
              entry.startedSequence,
              JSON.stringify(entry),
            ),
          ],
          appendSignal,
        );
        return { ...entry, sequence: Number(rows![0]!["sequence"]), recordedAt };
      } catch (error) {
        if (error instanceof Fault && (error.code === "cancelled" || error.code === "deadline")) throw error;
        throw new Fault(
          "unavailable",
          "the audit ledger can't record this, so it was not done; see the gateway's log",
          {
            cause: error,
            reason: "LEDGER_UNAVAILABLE",
          },
        );
      }
    },

    async list(filter, before, limit, listSignal) {
      const [rows] = await database.batch(
        "read",
        [
          sql(
            `SELECT sequence, recorded_at, entry FROM entry
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
            filter.visible === undefined ? "" : JSON.stringify(filter.visible.filter((source) => source !== "")),
            limit,
          ),
        ],
        listSignal,
      );
      return (rows ?? []).map(toEntry);
    },

    async get(sequence, getSignal) {
      const statement = sql("SELECT sequence, recorded_at, entry FROM entry WHERE sequence = ?", sequence);
      const [rows] = await database.batch("read", [statement], getSignal);
      return rows?.[0] && toEntry(rows[0]);
    },

    async open(openSignal) {
      const [rows] = await database.batch(
        "read",
        [
          sql(
            `SELECT sequence, recorded_at, entry FROM entry AS began WHERE outcome = 'started' AND NOT EXISTS (
               SELECT 1 FROM entry WHERE started_sequence = began.sequence AND outcome <> 'committing')
             ORDER BY sequence`,
          ),
        ],
        openSignal,
      );
      return (rows ?? []).map(toEntry);
    },

    close: () => database.close(),
  };
}
