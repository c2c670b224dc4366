import type { Parser } from "../parser.ts";
import { parser } from "../parser.ts";
import { duration, list, oneOf, toggle } from "../parsers.ts";
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
  readonly retryMs: number;
  /** Undefined: QueryCypher is off. */
  readonly cypher: CypherSection | undefined;
}

interface CypherSection {
  readonly user: string;
  readonly password: Secret;
  readonly timeoutMs: number;
  readonly allow: readonly string[];
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

const user: Parser<string> = parser("1 to 100 characters", (text) => (text.length <= 100 ? text : undefined));

const callable: Parser<string> = parser(
  "subqueries, or a procedure's or function's full name, such as db.labels",
  (text) => (text === "subqueries" || /^[a-z_]\w*(\.[a-z_]\w*)+$/i.test(text) ? text : undefined),
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
    parser: user,
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
  retry: variable({
    name: "KM_NEO4J_RETRY",
    summary:
      "For how long an ingest tries a write again that Neo4j did not take in passing; then the run fails with that cause. What is asked of the graph is tried again for two seconds.",
    default: "20s",
    reason: "A server restarts within that.",
    parser: duration("1s", "10m"),
  }),
  autoMigrate: variable({
    name: "KM_GRAPH_AUTO_MIGRATE",
    summary: "Runs pending migrations of the Neo4j schema at start; off, a start with pending ones is refused.",
    default: "off",
    reason: "A shared database's schema changes when its operator says so: `gateway graph migrate`.",
    parser: toggle,
  }),
  cypher: variable({
    name: "KM_GRAPH_CYPHER",
    summary: "Whether maintainers may send reading Cypher statements of their own (QueryCypher); needs Neo4j.",
    default: "off",
    reason: "A statement sees every source and may keep the database busy.",
    parser: toggle,
  }),
  cypherTimeout: variable({
    name: "KM_GRAPH_CYPHER_TIMEOUT",
    summary: "How long such a statement may take.",
    default: "5s",
    reason: "Half of what a call without a deadline gets.",
    parser: duration("100ms", "60s"),
  }),
  cypherAllow: optional({
    name: "KM_GRAPH_CYPHER_ALLOW",
    summary: "Procedures and functions that such a statement may call; subqueries for CALL { … }.",
    unset: "none but the functions that come with Neo4j and only compute",
    reason: "A procedure may read files, reach other hosts or show other callers' work, and still count as reading.",
    parser: list(callable),
  }),
  cypherUser: optional({
    name: "KM_GRAPH_CYPHER_USER",
    summary: "The Neo4j user for such statements: one without the right to write.",
    unset: "KM_NEO4J_USER",
    reason: "Neo4j Community has no rights to take away.",
    parser: user,
  }),
  cypherPassword: optional({
    name: "KM_GRAPH_CYPHER_PASSWORD",
    summary: "That user's password; well-known ones are refused.",
    unset: "KM_NEO4J_PASSWORD",
    reason: "It goes with KM_GRAPH_CYPHER_USER.",
    parser: password,
  }),
};

export function graphStoreConfig(values: Values<typeof graphStoreVariables>, problems: Problems): GraphStoreConfig {
  const { kind, uri: where, user: name, password: secret, database, autoMigrate } = values;
  if (kind === "libsql") {
    if (values.cypher) problems.add("KM_GRAPH_CYPHER", "needs the graph on Neo4j: set KM_GRAPH_STORE=neo4j, or off");
    if (where !== undefined)
      problems.add("KM_NEO4J_URI", "is set, but not used: set KM_GRAPH_STORE=neo4j, or unset it");
    return { neo4j: undefined };
  }
  if (where === undefined && !problems.touches("KM_NEO4J_URI"))
    problems.add("KM_NEO4J_URI", "is needed for KM_GRAPH_STORE=neo4j, such as neo4j://127.0.0.1:7687");
  if (secret === undefined && !problems.touches("KM_NEO4J_PASSWORD"))
    problems.add("KM_NEO4J_PASSWORD", "is needed for KM_GRAPH_STORE=neo4j");
  if (where === undefined || secret === undefined) return { neo4j: undefined };
  const cypher = cypherSection(values, { user: name, password: secret }, problems);
  const place = { uri: where, user: name, password: secret, database: database ?? "" };
  return { neo4j: { ...place, autoMigrate, retryMs: values.retry, cypher } };
}

function cypherSection(
  { cypher, cypherTimeout, cypherAllow, cypherUser, cypherPassword }: Values<typeof graphStoreVariables>,
  graph: Pick<CypherSection, "user" | "password">,
  problems: Problems,
): CypherSection | undefined {
  if (!cypher) return undefined;
  if ((cypherUser === undefined) !== (cypherPassword === undefined))
    problems.add("KM_GRAPH_CYPHER_USER", "and KM_GRAPH_CYPHER_PASSWORD go together: set both, or neither");
  const own = cypherUser !== undefined && cypherPassword !== undefined;
  const as = own ? { user: cypherUser, password: cypherPassword } : graph;
  return { ...as, timeoutMs: cypherTimeout, allow: cypherAllow ?? [] };
}
