import type { FileRecord, PlannedFile } from "../../domain/mod.ts";
import { type Change, isKeptOut, isMoved, type Plan } from "./plan-changes.ts";
import { inWindows, type PrepareParts, prepareFiles } from "./prepare-files.ts";
import { takeTurns } from "./take-turns.ts";

/** What became of a file that was read: `before` is what is served of it. */
export interface Judged {
  readonly before: FileRecord | undefined;
  readonly record: FileRecord;
}

/**
 * What a run would do, file by file. Files to be written are read and cut as the run would, since only their content
 * tells whether they may be indexed; nothing is embedded or stored. `judged` hears of each of those.
 */
export async function planOnly(
  { changes, agreed }: Plan,
  parts: PrepareParts,
  signal: AbortSignal,
  judged: (file: Judged) => void,
): Promise<readonly PlannedFile[]> {
  const planned = agreed.records.filter(isKeptOut).map(skipped);
  for (const change of changes) if (change.kind !== "write") planned.push(...withoutReading(change));
  const pace = takeTurns(signal);
  for (const window of inWindows(changes.filter(({ kind }) => kind === "write") as Writes)) {
    for (const { before, record } of await prepareFiles(window, parts, pace, signal)) {
      const action = before === undefined ? "add" : "change";
      planned.push(isKeptOut(record) ? skipped(record) : { path: record.path, action, reason: record.reason });
      judged({ before, record });
    }
  }
  return planned;
}

type Writes = Extract<Change, { kind: "write" }>[];

/** None for a file that stays as it is, but for when it was last changed. */
function withoutReading(change: Exclude<Change, { kind: "write" }>): readonly PlannedFile[] {
  if (change.kind === "remove") return [{ path: change.before.path, action: "remove", reason: "" }];
  if (isKeptOut(change.record)) return [skipped(change.record)];
  if (change.kind === "refuse" || !isMoved(change)) return [];
  return [{ path: change.record.path, action: "change", reason: "FACTS" }];
}

function skipped({ path, reason }: FileRecord): PlannedFile {
  return { path, action: "skip", reason };
}
