import { edgeKey, edgeKinds, type GraphEdge } from "../../domain/graph/mod.ts";
import { Fault, invalid } from "../../domain/mod.ts";
import { type GraphStore, gatherNeighbourhood, gatherPlaced, gatherUsage } from "../../ports/mod.ts";
import { Connection, type ConnectionConfig } from "./connection.ts";
import { countGraph, seen } from "./count-graph.ts";
import { type CypherConfig, openCypher } from "./cypher/open-cypher.ts";
import { typeOf } from "./edge-types.ts";
import { foundNodes } from "./found-nodes.ts";
import { nodeOf } from "./generation-rows.ts";
import { migrate, pendingMigrations } from "./migrations.ts";
import { Neo4jGraphWriter } from "./neo4j-graph-writer.ts";
import { askedOf, touchingEdges } from "./touching-edges.ts";
import { sweep, takeBackTo } from "./upkeep.ts";

export interface Neo4jGraphConfig extends ConnectionConfig {
  readonly autoMigrate: boolean;
  /** Undefined: callers' own statements are not taken. */
  readonly cypher?: CypherConfig | undefined;
}

/** The graph on Neo4j as the rest of the program sees it. */
export interface Neo4jGraph extends GraphStore {
  readonly connection: Connection;
  /** Why it can't answer now; "" when it can. */
  trouble(signal: AbortSignal): Promise<string>;
}

const most = 10_000;

/**
 * Opens the graph without waiting for its server: whether it is there, and its schema is this gateway's, is asked
 * before the first work (`prepare`), and again until it is.
 */
export function openNeo4jGraph(config: Neo4jGraphConfig): Neo4jGraph {
  const connection = new Connection(config);
  const cypher = config.cypher && openCypher(config, config.cypher);
  const writing = new Set<string>();
  let prepared = false;

  const prepare = async (signal: AbortSignal): Promise<void> => {
    connection.throwIfOver(signal);
    if (prepared) return;
    if (config.autoMigrate) await migrate(connection, signal);
    const pending = await pendingMigrations(connection, signal);
    if (pending.length > 0) {
      const names = pending.map(({ number, name }) => `${number} (${name})`).join(", ");
      throw new Fault(
        "precondition",
        `the Neo4j database lacks migrations ${names}: run \`gateway graph migrate\`, or set KM_GRAPH_AUTO_MIGRATE=on`,
        { reason: "GRAPH_MIGRATIONS_PENDING" },
      );
    }
    prepared = true;
  };

  const store: Neo4jGraph = {
    connection,
    cypher,
    async trouble(signal) {
      try {
        // First, since it is not tried again: a server that is away is said so at once.
        await connection.probe(signal);
        await prepare(signal);
        return "";
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    async ready(signal) {
      await connection.probe(signal);
      await prepare(signal);
    },
    async nodes(at, nodeIds, signal, patient = false) {
      few("node_ids", nodeIds.length);
      await prepare(signal);
      const rows = await connection[patient ? "patientRead" : "read"](
        "nodes",
        (run) =>
          run(
            `UNWIND $asked AS a MATCH (n:KmNode {key: a.key})<-[:OF]-(v:KmVersion)
             WHERE v.born <= a.g AND v.dead > a.g
             WITH n, v ORDER BY v.by WITH n, head(collect(v)) AS v RETURN n.id AS id, v.data AS data`,
            { asked: askedOf(at, [...new Set(nodeIds)]).map(({ key, g }) => ({ key, g })) },
          ),
        signal,
      );
      const found = new Map(rows.map(({ id, data }) => [id as string, nodeOf(data)]));
      return nodeIds.flatMap((id) => found.get(id) ?? []);
    },
    async edges(at, nodeIds, query, signal) {
      few("node_ids", nodeIds.length);
      few("limit_per_node", query.limitPerNode, 1);
      if (query.offset !== 0 && nodeIds.length !== 1) throw invalid("offset", "is for the edges of one node");
      await prepare(signal);
      const asked = askedOf(at, [...new Set(nodeIds)]);
      if (asked.length === 0) return [];
      const found = new Map<string, GraphEdge>();
      for (const edge of await touchingEdges(connection, asked, query, signal)) {
        const key = edgeKey(edge);
        if (!found.has(key)) found.set(key, edge);
      }
      return [...found.values()];
    },
    usage: (at, nodeIds, signal) => gatherUsage(store, at, nodeIds, signal),
    async degrees(at, nodeId, signal) {
      await prepare(signal);
      const [asked] = askedOf(at, [nodeId]);
      if (asked === undefined) return [];
      const counts = await connection.read(
        "degrees",
        async (run) => {
          const count = async (pattern: string) => {
            const statement = `MATCH (n:KmNode {key: $key}) WHERE ${seen("n")}
              MATCH ${pattern} WHERE r.born <= $g AND r.dead > $g AND ${seen("m")}
              RETURN type(r) AS type, count(DISTINCT m) AS count`;
            const rows = await run(statement, { key: asked.key, g: asked.g });
            return new Map(rows.map(({ type, count: of }) => [type as string, Number(of)]));
          };
          return { outgoing: await count("(n)-[r]->(m:KmNode)"), incoming: await count("(n)<-[r]-(m:KmNode)") };
        },
        signal,
      );
      return edgeKinds.flatMap((kind) => {
        const outgoing = counts.outgoing.get(typeOf(kind)) ?? 0;
        const incoming = counts.incoming.get(typeOf(kind)) ?? 0;
        return outgoing + incoming === 0 ? [] : { kind, outgoing, incoming };
      });
    },
    placed: (at, nodeIds, signal) => gatherPlaced(store, at, nodeIds, signal),
    neighbourhood: (at, nodeId, query, signal) => gatherNeighbourhood(store, at, nodeId, query, signal),
    async search(at, query, offset, limit, signal) {
      few("limit", limit, 1);
      await prepare(signal);
      return foundNodes(connection, at, query, offset, limit, signal);
    },
    async count(at, signal) {
      await prepare(signal);
      return countGraph(connection, at, signal);
    },
    async begin(source, asked, next, signal) {
      await prepare(signal);
      if (writing.has(source))
        throw new Fault("conflict", `an ingest of '${source}' is being written: wait until it ends`, {
          reason: "WRITER_BUSY",
        });
      writing.add(source);
      try {
        const statement = "MATCH (s:KmSource {name: $source}) RETURN s.committed AS committed";
        const [known] = await connection.patientRead("begin", (run) => run(statement, { source }), signal);
        // From nothing: what was committed last stays readable, so only what came after it was left unfinished.
        const base = asked === 0 ? Number(known?.["committed"] ?? 0) : asked;
        if (next <= base) throw new Fault("precondition", `generation ${next} of ${source} must follow ${base}`);
        await takeBackTo(connection, source, base, next, signal);
        return new Neo4jGraphWriter(connection, { source, next }, asked === 0, () => writing.delete(source));
      } catch (error) {
        writing.delete(source);
        throw error;
      }
    },
    async sweep(source, oldest, signal) {
      await prepare(signal);
      return sweep(connection, source, oldest, signal);
    },
    async close() {
      await cypher?.close();
      await connection.close();
    },
  };
  return store;
}

function few(field: string, count: number, least = 0): void {
  if (count > most || count < least) throw invalid(field, `must be ${least} to ${most} in one call`);
}
