import type { CypherConfig } from "./cypher/open-cypher.ts";

/** What the store is given. */
export interface Neo4jConfig {
  /** `bolt://host:7687`, `neo4j://…`; with `+s` TLS, with `+ssc` TLS with a certificate of one's own. */
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** "": the user's home database. */
  readonly database: string;
  readonly autoMigrate: boolean;
  /** How long a write that the server did not take in passing is tried again, ms. */
  readonly retryMs: number;
  /** Undefined: callers' own statements are not taken. */
  readonly cypher?: CypherConfig | undefined;
}

/** @throws Error that names the fix */
export function parseNeo4jConfig(raw: unknown): Neo4jConfig {
  const { uri, user, password, database, autoMigrate, retryMs, cypher } = (raw ?? {}) as Partial<Neo4jConfig>;
  if (typeof uri !== "string" || !/^(bolt|neo4j)(\+s|\+ssc)?:\/\//.test(uri))
    throw new Error("the Neo4j graph needs the server's URI: set KM_NEO4J_URI, such as neo4j://127.0.0.1:7687");
  if (typeof user !== "string" || user === "" || typeof password !== "string" || password === "")
    throw new Error("the Neo4j graph needs a user and a password: set KM_NEO4J_USER and KM_NEO4J_PASSWORD");
  if (typeof retryMs !== "number")
    throw new Error("the Neo4j graph needs to know for how long to try again: set KM_NEO4J_RETRY");
  return { uri, user, password, database: database ?? "", autoMigrate: autoMigrate === true, retryMs, cypher };
}
