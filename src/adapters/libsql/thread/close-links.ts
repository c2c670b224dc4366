import type { Operations } from "./messages.ts";
import type { WorkerLink } from "./worker-link.ts";

/** A thread that does not close its file by then is ended, ms. A checkpoint of the log takes the longest. */
const closeMs = 4_000;

type Closing = { close: (argument: null) => void };

/** Closes workers one after another: readers first, so that the writer's checkpoint can empty the log. */
export async function closeLinks(links: readonly WorkerLink<Operations & Closing>[]): Promise<void> {
  for (const link of links) {
    await withinLimit((link as unknown as WorkerLink<Closing>).call("close", null));
    await link.terminate();
  }
}

async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeMs);
  });
  // A worker that died has nothing left to close.
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
