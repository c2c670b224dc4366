import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Feedback, throwIfAborted } from "../../domain/mod.ts";
import { feedbackFiles } from "./feedback-files.ts";
import { fileFault } from "./file-fault.ts";

/** All that is kept, oldest first, beside a gateway or not; lines that were cut off are left out. @throws Fault */
export async function* readFeedback(statePath: string, signal: AbortSignal): AsyncGenerator<Feedback> {
  const { older, newer } = feedbackFiles(statePath);
  for (const file of [older, newer]) {
    const stream = createReadStream(file, { signal });
    // Thrown to the reader of lines; a stream without a listener would end the process.
    stream.on("error", () => {});
    try {
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        const feedback = parsed(line);
        if (feedback !== undefined) yield feedback;
      }
      if (stream.errored) throw stream.errored;
    } catch (error) {
      throwIfAborted(signal);
      if ((error as { code?: unknown }).code !== "ENOENT") throw fileFault(error);
    }
  }
}

function parsed(line: string): Feedback | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as Feedback);
  } catch {
    return undefined;
  }
}
