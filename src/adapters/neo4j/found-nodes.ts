import { edgeKinds, type GraphNode, placingKinds, squashed } from "../../domain/graph/mod.ts";
import type { At } from "../../domain/mod.ts";
import type { NodeQuery } from "../../ports/mod.ts";
import { type Connection, whole } from "./connection.ts";
import { seen } from "./count-graph.ts";
import { typesOf } from "./edge-types.ts";
import { nodeOf } from "./generation-rows.ts";

const using = typesOf(edgeKinds.filter((kind) => !placingKinds.has(kind)));

/** Whether a file before this one, by path, has the node too: then it looks as that one has it. */
const earlier = `EXISTS { (n)<-[:OF]-(w:KmVersion) WHERE w.born <= a.g AND w.dead > a.g AND w.by < v.by }`;
const used = `EXISTS { (n)<-[r:${using}]-(m:KmNode)
                       WHERE m <> n AND r.born <= a.g AND r.dead > a.g AND ${seen("m", "a.g")} }`;

export async function foundNodes(
  connection: Connection,
  at: readonly At[],
  { words, kinds, path, orphans }: NodeQuery,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<GraphNode[]> {
  const conditions = [
    "v.dead > a.g AND v.born <= a.g",
    ...(kinds.length === 0 ? [] : ["v.kind IN $kinds"]),
    ...(path === "" ? [] : ["v.path = $path"]),
    ...(words.length === 0
      ? []
      : ['all(word IN $words WHERE v.words CONTAINS ("\\n" + word) OR v.pathLower CONTAINS word)']),
    `NOT ${earlier}`,
    ...(orphans ? [`NOT ${used}`] : []),
  ];
  const asked = squashed(words.join(""));
  const rows = await connection.read(
    "search",
    (run) =>
      run(
        `UNWIND $at AS a MATCH (v:KmVersion {source: a.source})-[:OF]->(n:KmNode)
         WHERE ${conditions.join(" AND ")}
         WITH v, n ORDER BY ($asked <> "" AND v.squashed = $asked) DESC, v.nameLength, n.order
         SKIP $offset LIMIT $limit RETURN v.data AS data`,
        {
          at: at.map(({ source, generation }) => ({ source, g: whole(generation) })),
          kinds,
          path,
          words: words.map((word) => word.toLowerCase()),
          asked,
          offset: whole(offset),
          limit: whole(limit),
        },
      ),
    signal,
  );
  return rows.map(({ data }) => nodeOf(data));
}
