import type { Fault } from "../../../domain/mod.ts";
import { sqliteFault } from "../file/mod.ts";

/** An error of the graph store as a Fault; what already is one stays as it is. */
export function graphFault(error: unknown): Fault {
  return sqliteFault(error, "graph");
}
