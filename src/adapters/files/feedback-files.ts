import { join } from "node:path";

/** Where feedback lies below the state directory, the older file first. */
export function feedbackFiles(statePath: string): {
  readonly folder: string;
  readonly older: string;
  readonly newer: string;
} {
  const folder = join(statePath, "feedback");
  return { folder, older: join(folder, "feedback-1.jsonl"), newer: join(folder, "feedback.jsonl") };
}
