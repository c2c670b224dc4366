import type { Connection } from "./connection.ts";
import { edgeTypes } from "./edge-types.ts";

/** A step from one schema to the next. One that was released is never edited: the next change is another step. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Each may be run twice. Schema statements, each in a transaction of its own, as Neo4j wants them. */
  readonly statements: readonly string[];
}

const unique = (label: string, property: string) =>
  `CREATE CONSTRAINT km_${label.toLowerCase()}_${property} IF NOT EXISTS FOR (n:${label}) REQUIRE n.${property} IS UNIQUE`;
const index = (label: string, ...properties: string[]) =>
  `CREATE INDEX km_${label.toLowerCase()}_${properties.join("_")} IF NOT EXISTS FOR (n:${label}) ON (${properties.map((each) => `n.${each}`).join(", ")})`;

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: "identities of sources, nodes, contributions, facts and names",
    statements: [
      unique("KmSource", "name"),
      unique("KmNode", "key"),
      unique("KmContribution", "key"),
      unique("KmFacts", "key"),
      unique("KmName", "key"),
    ],
  },
  {
    number: 2,
    name: "finding by generation, by file and by source",
    statements: [
      index("KmContribution", "place"),
      index("KmContribution", "source", "born"),
      index("KmContribution", "source", "dead"),
      index("KmFacts", "place"),
      index("KmFacts", "source", "born"),
      index("KmFacts", "source", "dead"),
      index("KmVersion", "source", "dead"),
      index("KmNode", "source"),
      index("KmName", "source"),
      index("KmTotals", "source", "generation"),
    ],
  },
  {
    number: 3,
    name: "finding what a contribution says of edges",
    statements: edgeTypes.map(
      (type) => `CREATE INDEX km_${type.toLowerCase()}_by IF NOT EXISTS FOR ()-[r:${type}]-() ON (r.contribution)`,
    ),
  },
];

/** Those that the database has not recorded, in order. A reading transaction: nothing is changed. */
export async function pendingMigrations(connection: Connection, signal: AbortSignal): Promise<readonly Migration[]> {
  const rows = await connection.read(
    "migrations",
    (run) => run("MATCH (m:KmMigration) RETURN m.number AS number ORDER BY number"),
    signal,
  );
  const taken = new Set(rows.map(({ number }) => Number(number)));
  return migrations.filter(({ number }) => !taken.has(number));
}

/** Takes those that are pending, records each, and returns them. Two gateways may do so at once. */
export async function migrate(connection: Connection, signal: AbortSignal): Promise<readonly Migration[]> {
  const pending = await pendingMigrations(connection, signal);
  for (const { number, name, statements } of pending) {
    for (const statement of statements) {
      await connection.write("migrate", (run) => run(statement), signal);
    }
    const record = "MERGE (m:KmMigration {number: $number}) ON CREATE SET m.name = $name, m.at = datetime()";
    await connection.write("migrate", (run) => run(record, { number, name }), signal);
  }
  if (pending.length > 0) await connection.write("migrate", (run) => run("CALL db.awaitIndexes(300)"), signal);
  return pending;
}
