import { alive, Fault } from "../../domain/mod.ts";
import { type Connection, whole } from "./connection.ts";
import { deleteRows, setDead } from "./write-changes.ts";

/** Contributions changed in one transaction. */
const batch = 100;
const labels = ["KmContribution", "KmFacts"] as const;

/**
 * Undoes all that generations after `base` did to a source, and lets `next` write. Repeatable after a failure at any point.
 * @throws Fault conflict (LEASE_LOST) where a later one has begun: that of a process which was paused would undo it.
 */
export async function takeBackTo(
  connection: Connection,
  source: string,
  base: number,
  next: number,
  signal: AbortSignal,
): Promise<void> {
  const parameters = { source, base: whole(base), next: whole(next) };
  // First: from here a writer that was left behind writes no more.
  const fence = `MERGE (s:KmSource {name: $source}) WITH s WHERE coalesce(s.writer, 0) <= $next
                 SET s.writer = $next RETURN 1 AS mine`;
  const mine = await connection.write("take-back", (run) => run(fence, parameters), signal);
  if (mine.length === 0)
    throw new Fault("conflict", `'${source}' is being written, or was, by a later run: what that one wrote stands`, {
      reason: "LEASE_LOST",
    });
  await takeBack(connection, source, base, alive, signal);
  const ground = "MATCH (s:KmSource {name: $source}) SET s.committed = $base, s.step = 0";
  await connection.write("take-back", (run) => run(ground, parameters), signal);
}

/** Undoes what one generation did, and nothing of those that another process may have made since. */
export async function takeBackAlone(connection: Connection, source: string, generation: number, signal: AbortSignal) {
  await takeBack(connection, source, generation - 1, generation, signal);
}

/** Of generations after one, to the last that is named. */
async function takeBack(connection: Connection, source: string, after: number, to: number, signal: AbortSignal) {
  const parameters = { source, after: whole(after), to: whole(to), alive: whole(alive), batch: whole(batch) };
  for (const label of labels) {
    const born = `MATCH (c:${label} {source: $source}) WHERE c.born > $after AND c.born <= $to
                  RETURN c.key AS key LIMIT $batch`;
    const ended = `MATCH (c:${label} {source: $source})
                   WHERE c.dead > $after AND c.dead <= $to AND c.dead < $alive RETURN c.key AS key LIMIT $batch`;
    for (const [statement, undo] of [
      [born, "delete"],
      [ended, "revive"],
    ] as const) {
      let count: number = batch;
      while (count === batch)
        count = await connection.write(
          "take-back",
          async (run) => {
            const keys = (await run(statement, parameters)).map(({ key }) => key as string);
            if (keys.length > 0)
              await (undo === "delete" ? deleteRows(run, label, keys) : setDead(run, label, keys, alive));
            return keys.length;
          },
          signal,
        );
    }
  }
  const totals = `MATCH (t:KmTotals {source: $source}) WHERE t.generation > $after AND t.generation <= $to DELETE t`;
  await connection.write("take-back", (run) => run(totals, parameters), signal);
}

/** Deletes what no generation at or after `oldest` sees; returns how many nodes and edges that was. */
export async function sweep(connection: Connection, source: string, oldest: number, signal: AbortSignal) {
  let deleted = 0;
  let any = false;
  for (const label of labels) {
    const ended = `MATCH (c:${label} {source: $source}) WHERE c.dead <= $oldest
                   RETURN c.key AS key, coalesce(c.nodes + c.edges, 0) AS size LIMIT $batch`;
    let count: number = batch;
    while (count === batch) {
      const rows = await connection.write(
        "sweep",
        async (run) => {
          const found = await run(ended, { source, oldest: whole(oldest), batch: whole(batch) });
          const keys = found.map(({ key }) => key as string);
          if (keys.length > 0) await deleteRows(run, label, keys);
          return found;
        },
        signal,
      );
      count = rows.length;
      any ||= count > 0;
      for (const { size } of rows) deleted += Number(size);
    }
  }
  if (any) await forgetNames(connection, source, signal);
  await connection.write(
    "sweep",
    async (run) => {
      const before = "MATCH (t:KmTotals {source: $source}) WHERE t.generation < $oldest DELETE t";
      await run(before, { source, oldest: whole(oldest) });
      if (oldest === alive) await run("MATCH (s:KmSource {name: $source}) SET s.committed = 0", { source });
    },
    signal,
  );
  return deleted;
}

/** Identities that nothing speaks of any more. */
async function forgetNames(connection: Connection, source: string, signal: AbortSignal): Promise<void> {
  for (const label of ["KmNode", "KmName"]) {
    const statement = `MATCH (n:${label} {source: $source}) WHERE NOT EXISTS { (n)--() }
                       WITH n LIMIT $batch DELETE n RETURN count(*) AS count`;
    let count = 0;
    do {
      const parameters = { source, batch: whole(5_000) };
      const [row] = await connection.write("sweep", (run) => run(statement, parameters), signal);
      count = Number(row?.["count"] ?? 0);
    } while (count === 5_000);
  }
}
