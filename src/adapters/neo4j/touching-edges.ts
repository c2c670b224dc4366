import { firstEvidence, type GraphEdge, sourceOfNode } from "../../domain/graph/mod.ts";
import type { At } from "../../domain/mod.ts";
import type { EdgeQuery } from "../../ports/mod.ts";
import { type Connection, whole } from "./connection.ts";
import { seen } from "./count-graph.ts";
import { kindOfType, typesOf } from "./edge-types.ts";
import { keyOf } from "./keys.ts";

/** A node asked about and the generation to see it in. */
export interface Asked {
  readonly key: string;
  readonly g: unknown;
}

/** Ids of sources that were not named are left out. */
export function askedOf(at: readonly At[], nodeIds: readonly string[]): (Asked & { readonly id: string })[] {
  const generations = new Map(at.map(({ source, generation }) => [source, generation]));
  return nodeIds.flatMap((id) => {
    const generation = generations.get(sourceOfNode(id));
    return generation === undefined ? [] : { id, key: keyOf(id), g: whole(generation) };
  });
}

const patterns = new Map<EdgeQuery["direction"], (types: string) => string>([
  ["outgoing", (types) => `(n)-[r:${types}]->(m:KmNode)`],
  ["incoming", (types) => `(n)<-[r:${types}]-(m:KmNode)`],
  ["both", (types) => `(n)-[r:${types}]-(m:KmNode)`],
]);

/** The edges of each node, united, in the order that the port promises; an edge of several nodes comes several times. */
export async function touchingEdges(
  connection: Connection,
  asked: readonly (Asked & { readonly id: string })[],
  query: EdgeQuery,
  signal: AbortSignal,
): Promise<GraphEdge[]> {
  const pattern = patterns.get(query.direction)!(typesOf(query.kinds));
  const statement = `UNWIND range(0, size($asked) - 1) AS at
    WITH at, $asked[at] AS a
    MATCH (n:KmNode {key: a.key}) WHERE ${seen("n", "a.g")}
    CALL (n, a) {
      MATCH ${pattern} WHERE r.born <= a.g AND r.dead > a.g AND ${seen("m", "a.g")}
      WITH m, type(r) AS type, r.rank AS rank, startNode(r) = n AS outgoing, min(r.confidence) AS confidence,
           ${query.evidence ? "collect([r.path, r.lines])" : "[]"} AS places
      WHERE size($confidences) = 0 OR confidence IN $confidences
      RETURN m, type, outgoing, confidence, places
      ORDER BY rank, confidence, m.order, outgoing DESC SKIP $offset LIMIT $limit
    }
    RETURN at, m.id AS other, type, outgoing, confidence, places`;
  const parameters = {
    asked: asked.map(({ key, g }) => ({ key, g })),
    confidences: query.confidences,
    offset: whole(query.offset),
    limit: whole(query.limitPerNode),
  };
  const rows = await connection.read("edges", (run) => run(statement, parameters), signal);
  // Nodes may be answered in any order; the edges of one stay in theirs.
  const byNode = asked.map((): GraphEdge[] => []);
  for (const row of rows) {
    const { id } = asked[Number(row["at"])]!;
    const other = row["other"] as string;
    const outgoing = row["outgoing"] === true;
    byNode[Number(row["at"])]!.push({
      from: outgoing ? id : other,
      to: outgoing ? other : id,
      kind: kindOfType(row["type"] as string),
      confidence: row["confidence"] === "exact" ? "exact" : "possible",
      evidence: firstEvidence((row["places"] as [string, number[]][]).flatMap(placesOf)),
    });
  }
  return byNode.flat();
}

function placesOf([path, lines]: readonly [string, readonly number[]]) {
  const count = lines.length / 2;
  return Array.from({ length: count }, (_, at) => ({
    path,
    lines: { start: lines[2 * at]!, end: lines[2 * at + 1]! },
  }));
}
