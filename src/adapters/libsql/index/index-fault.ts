import type { Fault } from "../../../domain/mod.ts";
import { SegmentError } from "../engine/mod.ts";
import { damaged, sqliteFault } from "../file/mod.ts";

/** An error of the index as a Fault; what already is one stays as it is. */
export function indexFault(error: unknown): Fault {
  return error instanceof SegmentError ? damaged("index", error) : sqliteFault(error, "index");
}
