import type { Parser } from "../parser.ts";
import { parser } from "../parser.ts";
import { oneOf, toggle } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface Neo4jSection {
  readonly uri: string;
  readonly user: string;
  readonly password: Secret;
  /** "": the user's home database. */
  readonly database: string;
  readonly autoMigrate: boolean;
}

export interface GraphStoreConfig {
  /** Undefined: the embedded graph. */
  readonly neo4j: Neo4jSection | undefined;
}

const uri: Parser<string> = parser(
  "neo4j:// or bolt://, with +s for TLS or +ssc for TLS with a certificate of one's own, such as neo4j+s://db.internal:7687",
  (text) => {
    const plain = /^(bolt|neo4j)(\+s|\+ssc)?:\/\/[^/?#@\s]+$/.test(text);
    return plain && URL.canParse(text) ? text : undefined;
  },
);

/** What installations ship with and examples show. */
const placeholders = new Set(["neo4j", "password", "changeme", "change-me", "secret", "test", "admin", "neo4j1234"]);

const password: Parser<Secret> = {
  accepts: "a password that is not one of Neo4j's examples",
  secret: true,
  parse: (text) =>
    placeholders.has(text.toLowerCase())
      ? { problem: "[secret] is a password that everybody knows" }
      : { value: new Secret(text) },
};

const database: Parser<string> = parser("a database's name: a letter, then letters, digits, '.' and '-'", (text) =>
  /^[a-z][a-z0-9.-]{2,62}$/i.test(text) ? text : undefined,
);

export const graphStoreVariables = {
  kind: variable({
    name: "KM_GRAPH_STORE",
    summary: "Where the graph is kept: in the state directory (libsql), or on a Neo4j server.",
    default: "libsql",
    reason: "Nothing to install, and walks are answered from memory.",
    parser: oneOf("libsql", "neo4j"),
  }),
  uri: optional({
    name: "KM_NEO4J_URI",
    summary: "The Neo4j server, version 5.26 or later, for KM_GRAPH_STORE=neo4j.",
    unset: "no server",
    reason: "Only the operator knows where theirs is.",
    parser: uri,
  }),
  user: variable({
    name: "KM_NEO4J_USER",
    summary: "The Neo4j user, with the right to read and write, and to change the schema for migrations.",
    default: "neo4j",
    reason: "The user that a Neo4j comes with.",
    parser: parser("1 to 100 characters", (text) => (text.length <= 100 ? text : undefined)),
  }),
  password: optional({
    name: "KM_NEO4J_PASSWORD",
    summary: "The user's password; well-known ones are refused.",
    unset: "none, and KM_GRAPH_STORE=neo4j refuses to start",
    reason: "A graph of private code is not served behind a password from an example.",
    parser: password,
  }),
  database: optional({
    name: "KM_NEO4J_DATABASE",
    summary: "The database to use; it has to exist.",
    unset: "the user's home database",
    reason: "Neo4j Community has one.",
    parser: database,
  }),
  autoMigrate: variable({
    name: "KM_GRAPH_AUTO_MIGRATE",
    summary: "Runs pending migrations of the Neo4j schema at start; off, a start with pending ones is refused.",
    default: "off",
    reason: "A shared database's schema changes when its operator says so: `gateway graph migrate`.",
    parser: toggle,
  }),
};

export function graphStoreConfig(values: Values<typeof graphStoreVariables>, problems: Problems): GraphStoreConfig {
  const { kind, uri: where, user, password: secret, database: name, autoMigrate } = values;
  if (kind === "libsql") {
    if (where !== undefined)
      problems.add("KM_NEO4J_URI", "is set, but not used: set KM_GRAPH_STORE=neo4j, or unset it");
    return { neo4j: undefined };
  }
  if (where === undefined && !problems.touches("KM_NEO4J_URI"))
    problems.add("KM_NEO4J_URI", "is needed for KM_GRAPH_STORE=neo4j, such as neo4j://127.0.0.1:7687");
  if (secret === undefined && !problems.touches("KM_NEO4J_PASSWORD"))
    problems.add("KM_NEO4J_PASSWORD", "is needed for KM_GRAPH_STORE=neo4j");
  if (where === undefined || secret === undefined) return { neo4j: undefined };
  return { neo4j: { uri: where, user, password: secret, database: name ?? "", autoMigrate } };
}
