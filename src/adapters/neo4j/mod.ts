/** The graph on a Neo4j server, read and written by parameterised Cypher over Bolt. */

export { onlyReads } from "./cypher/plan.ts";
export { scanStatement } from "./cypher/scan.ts";
export { migrateNeo4j } from "./migrate-neo4j.ts";
export { type Migration, migrations } from "./migrations.ts";
export { type Neo4jConfig, parseNeo4jConfig } from "./neo4j-config.ts";
export { neo4jGraphPlugin } from "./neo4j-graph-plugin.ts";
export { type Neo4jGraph, type Neo4jGraphConfig, openNeo4jGraph } from "./open-neo4j-graph.ts";
