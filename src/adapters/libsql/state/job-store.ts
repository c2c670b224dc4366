import type { IngestProgress, IngestRun, PlannedAction, PlannedFile } from "../../../domain/mod.ts";
import type { Clock, JobStore, KeptAnswer } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";
import { type Row, type Statement, sql } from "./statement.ts";

/** Plans, progress and first answers are kept for 24 hours, ms. */
export const keptMs = 24 * 3_600_000;
/** Planned files a statement carries: a plan is one transaction of few statements. */
const filesPerStatement = 5_000;

/** The statement that inserts or replaces a run; the flip shares it. */
export function runStatement(run: IngestRun): Statement {
  return sql(
    `INSERT INTO run (run_id, source, state, started_at, run) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at, run = excluded.run`,
    run.runId,
    run.source,
    run.state,
    run.startedAt,
    JSON.stringify(run),
  );
}

/** One statement for all of them: the driver takes several times as long over a statement as over a row. */
function runsStatement(runs: readonly IngestRun[]): Statement {
  const rows = runs.map((run) => [run.runId, run.source, run.state, run.startedAt, JSON.stringify(run)]);
  return sql(
    // Without a WHERE, SQLite takes ON for the beginning of a join.
    `INSERT INTO run (run_id, source, state, started_at, run)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
     ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at, run = excluded.run`,
    JSON.stringify(rows),
  );
}

// JSON drops members that are undefined, and `error` may be one.
const withError = (run: IngestRun): IngestRun => ({ ...run, error: run.error });

const toRun = (row: Row): IngestRun => withError(JSON.parse(String(row["run"])) as IngestRun);

const toAnswer = (row: Row): KeptAnswer => ({
  fingerprint: String(row["fingerprint"]),
  answer: String(row["answer"]),
});

export function jobStore(database: Database, clock: Clock): JobStore {
  async function rows(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    const [first] = await database.batch("read", [statement], signal);
    return first ?? [];
  }

  return {
    async saveRun(run, signal) {
      await database.batch("write", [runStatement(run)], signal);
    },

    async saveRuns(runs, signal) {
      if (runs.length > 0) await database.batch("write", [runsStatement(runs)], signal);
    },

    async run(runId, signal) {
      const [row] = await rows(sql("SELECT run FROM run WHERE run_id = ?", runId), signal);
      return row && toRun(row);
    },

    async runsById(runIds, signal) {
      const wanted = JSON.stringify(runIds);
      const found = await rows(
        sql("SELECT run FROM run WHERE run_id IN (SELECT value FROM json_each(?))", wanted),
        signal,
      );
      return found.map(toRun);
    },

    async runs(filter, after, limit, signal) {
      const found = await rows(
        sql(
          `SELECT run FROM run
           WHERE (?1 = '[]' OR source IN (SELECT value FROM json_each(?1)))
             AND (?2 = '[]' OR state IN (SELECT value FROM json_each(?2)))
             AND (?3 = '' OR (started_at, run_id) < (SELECT started_at, run_id FROM run WHERE run_id = ?3))
           ORDER BY started_at DESC, run_id DESC LIMIT ?4`,
          JSON.stringify(filter.sources),
          JSON.stringify(filter.states),
          after,
          limit,
        ),
        signal,
      );
      return found.map(toRun);
    },

    async savePlan(runId, files, signal) {
      const now = clock.now();
      const statements: Statement[] = [
        sql(
          "DELETE FROM planned_file WHERE run_id = ?1 OR run_id IN (SELECT run_id FROM plan WHERE saved_at <= ?2)",
          runId,
          now - keptMs,
        ),
        sql("DELETE FROM plan WHERE run_id = ?1 OR saved_at <= ?2", runId, now - keptMs),
        sql("INSERT INTO plan (run_id, saved_at) VALUES (?, ?)", runId, now),
      ];
      for (let at = 0; at < files.length; at += filesPerStatement) {
        const part = files.slice(at, at + filesPerStatement).map(({ path, action, reason }) => [path, action, reason]);
        statements.push(
          sql(
            `INSERT INTO planned_file (run_id, path, action, reason)
             SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)`,
            runId,
            JSON.stringify(part),
          ),
        );
      }
      await database.batch("write", statements, signal);
    },

    async plan(runId, afterPath, limit, signal) {
      const [heads, files] = await database.batch(
        "read",
        [
          sql("SELECT run_id FROM plan WHERE run_id = ? AND saved_at > ?", runId, clock.now() - keptMs),
          sql(
            "SELECT path, action, reason FROM planned_file WHERE run_id = ? AND path > ? ORDER BY path LIMIT ?",
            runId,
            afterPath,
            limit,
          ),
        ],
        signal,
      );
      if (heads?.length !== 1) return undefined;
      return (files ?? []).map(
        (row): PlannedFile => ({
          path: String(row["path"]),
          action: row["action"] as PlannedAction,
          reason: String(row["reason"]),
        }),
      );
    },

    async saveProgress(events, signal) {
      const now = clock.now();
      const statements = events.map((event) =>
        sql(
          `INSERT INTO progress (run_id, stage, sequence, saved_at, event) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (run_id, stage) DO UPDATE SET sequence = excluded.sequence, saved_at = excluded.saved_at,
             event = excluded.event`,
          event.run.runId,
          event.stage,
          event.sequence,
          now,
          JSON.stringify(event),
        ),
      );
      const old = sql("DELETE FROM progress WHERE saved_at <= ?", now - keptMs);
      await database.batch("write", [old, ...statements], signal);
    },

    async progress(runId, afterSequence, signal) {
      const found = await rows(
        sql(
          "SELECT event FROM progress WHERE run_id = ? AND sequence > ? AND saved_at > ? ORDER BY sequence",
          runId,
          afterSequence,
          clock.now() - keptMs,
        ),
        signal,
      );
      return found.map((row) => {
        const event = JSON.parse(String(row["event"])) as IngestProgress;
        return { ...event, run: withError(event.run) };
      });
    },

    async keepAnswer(key, answer, signal) {
      const now = clock.now();
      const results = await database.batch(
        "write",
        [
          sql("DELETE FROM answer WHERE kept_at <= ?", now - keptMs),
          sql(
            "INSERT INTO answer (key, fingerprint, answer, kept_at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            key,
            answer.fingerprint,
            answer.answer,
            now,
          ),
          sql("SELECT fingerprint, answer FROM answer WHERE key = ?", key),
        ],
        signal,
      );
      return toAnswer(results[2]![0]!);
    },

    async keptAnswer(key, signal) {
      const [row] = await rows(
        sql("SELECT fingerprint, answer FROM answer WHERE key = ? AND kept_at > ?", key, clock.now() - keptMs),
        signal,
      );
      return row && toAnswer(row);
    },
  };
}
