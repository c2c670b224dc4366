import type { Random } from "../ports/mod.ts";

/** Ids that are safe in logs, labels and file names, and long enough to tell calls apart. */
const sane = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** The caller's `x-request-id` when it sent one sane value, else a new one. */
export function chooseRequestId(values: readonly (string | Uint8Array)[], random: Random): string {
  const [value] = values;
  return values.length === 1 && typeof value === "string" && sane.test(value) ? value : random.uuid();
}
