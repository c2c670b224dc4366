import { type At, alive } from "../../domain/mod.ts";
import type { GraphTotals } from "../../ports/mod.ts";
import { type Connection, whole } from "./connection.ts";

/** Whether a node is seen at `$g` by some file's contribution. */
export function seen(node: string, generation = "$g"): string {
  return `EXISTS { (${node})<-[:OF]-(x:KmVersion) WHERE x.born <= ${generation} AND x.dead > ${generation} }`;
}

const nodes = `MATCH (v:KmVersion {source: $source})-[:OF]->(n) WHERE v.dead > $g AND v.born <= $g
               RETURN count(DISTINCT n) AS count`;
const edges = `MATCH (v:KmVersion {source: $source})-[:OF]->(a) WHERE v.dead > $g AND v.born <= $g
               WITH DISTINCT a MATCH (a)-[r]->(b:KmNode)
               WHERE r.born <= $g AND r.dead > $g AND ${seen("b")}
               WITH a, type(r) AS type, b, count(*) AS said RETURN count(*) AS count`;

/** Counts by reading it all: once a generation, at its commit. */
export async function countAll(
  connection: Connection,
  { source, generation }: At,
  signal: AbortSignal,
): Promise<GraphTotals> {
  const parameters = { source, g: whole(Math.min(generation, alive - 1)) };
  return connection.patientRead(
    "count",
    async (run) => {
      const [first] = await run(nodes, parameters);
      const [second] = await run(edges, parameters);
      return { nodes: Number(first?.["count"] ?? 0), edges: Number(second?.["count"] ?? 0) };
    },
    signal,
  );
}

export async function countGraph(connection: Connection, at: At, signal: AbortSignal): Promise<GraphTotals> {
  const statement = `MATCH (t:KmTotals {source: $source, generation: $g})
                     RETURN t.nodes AS nodes, t.edges AS edges LIMIT 1`;
  const parameters = { source: at.source, g: whole(at.generation) };
  const [known] = await connection.read("count", (run) => run(statement, parameters), signal);
  if (known !== undefined) return { nodes: Number(known["nodes"]), edges: Number(known["edges"]) };
  return countAll(connection, at, signal);
}
