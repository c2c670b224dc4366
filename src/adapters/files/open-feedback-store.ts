import { Buffer } from "node:buffer";
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { type Feedback, throwIfAborted } from "../../domain/mod.ts";
import type { FeedbackStore } from "../../ports/mod.ts";
import { feedbackFiles } from "./feedback-files.ts";
import { fileFault } from "./file-fault.ts";

export interface FeedbackStoreOptions {
  /** The state directory. */
  readonly statePath: string;
  /** Bytes after which a new file is begun, and the one before the last is dropped. Default 32 MiB: some 50,000 votes. */
  readonly fileBytes?: number;
}

/** Appends feedback as JSON lines, each in one write: readers beside it see whole lines. */
export async function openFeedbackStore(options: FeedbackStoreOptions, signal: AbortSignal): Promise<FeedbackStore> {
  throwIfAborted(signal);
  const { statePath, fileBytes = 32 * 1_048_576 } = options;
  const { folder, older, newer } = feedbackFiles(statePath);
  let before: Promise<void> = Promise.resolve();

  const append = async (feedback: Feedback): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const line = Buffer.from(`${JSON.stringify(feedback)}\n`);
    let file = await open(newer, "a+", 0o600);
    try {
      if ((await file.stat()).size + line.length > fileBytes) {
        await file.close();
        await rename(newer, older);
        file = await open(newer, "a+", 0o600);
      }
      await file.appendFile((await endsWhole(file)) ? line : Buffer.concat([Buffer.from("\n"), line]));
      await file.sync();
    } finally {
      await file.close().catch(() => {});
    }
  };

  return {
    add(feedback, abort) {
      const work = before.then(() => {
        throwIfAborted(abort);
        return append(feedback);
      });
      before = work.catch(() => {});
      return work.catch((error: unknown) => {
        throw fileFault(error);
      });
    },
  };
}

/** A process that died while it wrote leaves part of a line, which must not swallow the next. */
async function endsWhole(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}
