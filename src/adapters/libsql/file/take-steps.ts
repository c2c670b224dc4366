import { Fault } from "../../../domain/mod.ts";
import type { Connection } from "./database.ts";

/**
 * Creates or migrates a store's schema: `PRAGMA user_version` holds how many of the steps were taken.
 * @throws Fault `precondition` when a newer gateway wrote the file.
 */
export function takeSteps(db: Connection, steps: readonly string[], store: "index" | "graph"): void {
  const found = db.number("PRAGMA user_version");
  if (found > steps.length)
    throw new Fault(
      "precondition",
      `the ${store} was written by a newer gateway (schema ${found}, this one knows ${steps.length}): run that gateway, or move the state directory's ${store} folder away and run a rebuild`,
      { reason: "STATE_TOO_NEW" },
    );
  for (let version = found; version < steps.length; version++)
    db.transaction(() => {
      db.exec(steps[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    });
}
