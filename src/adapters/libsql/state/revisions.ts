import { type At, Fault, type Revision } from "../../../domain/mod.ts";
import type { Clock, Revisions } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database-fault.ts";
import { runStatement } from "./job-store.ts";
import { leaseLost } from "./leases.ts";
import { type Row, sql } from "./statement.ts";

interface Superseded {
  readonly revision: Revision;
  readonly at: number;
}

const toRevision = (row: Row) => JSON.parse(String(row["revision"])) as Revision;
const keyOf = ({ source, generation }: At) => `${generation}\n${source}`;
const bySource = (a: { readonly source: string }, b: { readonly source: string }) => (a.source < b.source ? -1 : 1);

/** @param graceMs how long a superseded generation stays readable */
export async function revisions(
  database: Database,
  clock: Clock,
  graceMs: number,
  signal: AbortSignal,
): Promise<Revisions> {
  let served: readonly Revision[] = [];
  let superseded = new Map<string, Superseded>();

  const everything = [
    sql("SELECT source, revision FROM revision"),
    sql("SELECT superseded_at, revision FROM superseded"),
  ];

  function remember(current: readonly Row[], former: readonly Row[]): void {
    served = current.map(toRevision).sort(bySource);
    superseded = new Map(
      former.map((row) => {
        const revision = toRevision(row);
        return [keyOf(revision), { revision, at: Number(row["superseded_at"]) }];
      }),
    );
  }

  async function refresh(refreshSignal: AbortSignal): Promise<void> {
    const [current, former] = await database.batch("read", everything, refreshSignal);
    remember(current ?? [], former ?? []);
  }
  await refresh(signal);

  return {
    refresh,
    served: () => served,

    readable(at) {
      const now = served.find(({ source }) => source === at.source);
      if (now?.generation === at.generation) return now;
      const former = superseded.get(keyOf(at));
      return former !== undefined && former.at + graceMs > clock.now() ? former.revision : undefined;
    },

    async flip(revision, run, lease, flipSignal) {
      const { source, generation } = revision;
      try {
        const results = await database.batch(
          "write",
          [
            sql(
              `INSERT INTO guard (lease_held) VALUES (
                EXISTS (SELECT 1 FROM lease WHERE name = ? AND holder = ? AND fence = ?))`,
              lease.name,
              lease.holder,
              lease.fence,
            ),
            sql(
              `INSERT INTO guard (growing) VALUES (?1 > (SELECT COALESCE(MAX(generation), 0) FROM (
                SELECT generation FROM revision WHERE source = ?2
                UNION ALL SELECT generation FROM superseded WHERE source = ?2)))`,
              generation,
              source,
            ),
            sql("DELETE FROM guard"),
            sql(
              `INSERT INTO superseded (source, generation, superseded_at, revision)
               SELECT source, generation, ?, revision FROM revision WHERE source = ?`,
              clock.now(),
              source,
            ),
            sql(
              `INSERT INTO revision (source, generation, revision) VALUES (?, ?, ?)
               ON CONFLICT (source) DO UPDATE SET generation = excluded.generation, revision = excluded.revision`,
              source,
              generation,
              JSON.stringify(revision),
            ),
            runStatement(run),
            ...everything,
          ],
          flipSignal,
        );
        remember(results.at(-2) ?? [], results.at(-1) ?? []);
      } catch (error) {
        // An abort may race with a commit that happened: what is served must be what is stored.
        await refresh(new AbortController().signal).catch(() => {});
        throw conditionFault(error, revision, lease.name);
      }
    },

    async expire(now, expireSignal) {
      const results = await database.batch(
        "write",
        [
          sql("DELETE FROM superseded WHERE superseded_at <= ?", now - graceMs),
          sql(
            `SELECT source, MIN(generation) AS generation FROM (
              SELECT source, generation FROM revision UNION ALL SELECT source, generation FROM superseded)
             GROUP BY source ORDER BY source`,
          ),
          ...everything,
        ],
        expireSignal,
      );
      remember(results.at(-2) ?? [], results.at(-1) ?? []);
      return (results[1] ?? []).map(
        (row): At => ({
          source: String(row["source"]),
          generation: Number(row["generation"]),
        }),
      );
    },

    async retire(source, retireSignal) {
      const results = await database.batch(
        "write",
        [
          sql("DELETE FROM revision WHERE source = ?", source),
          sql("DELETE FROM superseded WHERE source = ?", source),
          sql("INSERT INTO retired (source) VALUES (?) ON CONFLICT (source) DO NOTHING", source),
          ...everything,
        ],
        retireSignal,
      );
      remember(results.at(-2) ?? [], results.at(-1) ?? []);
    },

    async retired(retiredSignal) {
      const [rows] = await database.batch("read", [sql("SELECT source FROM retired ORDER BY source")], retiredSignal);
      return (rows ?? []).map((row) => String(row["source"]));
    },

    async forget(source, forgetSignal) {
      await database.batch("write", [sql("DELETE FROM retired WHERE source = ?", source)], forgetSignal);
    },
  };
}

function conditionFault(error: unknown, revision: Revision, lease: string): unknown {
  if (!(error instanceof Fault) || !(error.cause instanceof DatabaseError)) return error;
  if (error.cause.message.includes("lease_lost")) return leaseLost(lease, error.cause);
  if (error.cause.message.includes("generation_not_growing"))
    return new Fault("conflict", `generation ${revision.generation} of '${revision.source}' was overtaken`, {
      cause: error.cause,
      reason: "GENERATION_NOT_GROWING",
    });
  return error;
}
