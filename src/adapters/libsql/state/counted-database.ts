import { beginErrors, countedCall, type Meter } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";

/**
 * The database as one of its stores sees it: each transaction counted and timed as `store.read` or `store.write`. At
 * this place nothing that a store asks for is forgotten.
 */
export function countedDatabase(database: Database, store: string, meter: Meter): Database {
  beginErrors(meter, "libsql", [`${store}.read`, `${store}.write`]);
  return {
    batch: (mode, statements, signal) =>
      countedCall(meter, "libsql", `${store}.${mode}`, () => database.batch(mode, statements, signal)),
    close: () => database.close(),
  };
}
