import { Connection, type ConnectionConfig } from "./connection.ts";
import { type Migration, migrate, pendingMigrations } from "./migrations.ts";

/** Takes the pending migrations of a database, or only lists them. @throws Fault as the store does */
export async function migrateNeo4j(
  config: ConnectionConfig,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<readonly Migration[]> {
  const connection = new Connection(config);
  try {
    return await (dryRun ? pendingMigrations(connection, signal) : migrate(connection, signal));
  } finally {
    await connection.close();
  }
}
