import { aborted, Fault, throwIfAborted } from "../domain/mod.ts";
import type { Log } from "../ports/mod.ts";
import { spawnWorker } from "../runtime/mod.ts";
import { type Answers, text } from "./answers.ts";
import type { FromThread, Question, Reply, ThreadData, ToThread } from "./messages.ts";
import { SentPage } from "./page-changes.ts";

export interface SidecarThread {
  /** The bound `host:port`. */
  readonly address: string;
  /** Why nothing is answered any more; undefined while all is well. */
  death(): string | undefined;
  /** Ends at once: a scraper's idle connection must not hold the process. */
  stop(): Promise<void>;
}

/**
 * Starts the thread that speaks HTTP and answers what it asks. A scrape's connection, request and reply do not wait for
 * turns of the event loop that serves calls, but the one question does.
 *
 * @throws Fault `precondition` that names an address that can't be bound; `cancelled` when the signal aborts, and
 * nothing listens then.
 */
export async function startSidecarThread(
  data: ThreadData,
  answers: Answers,
  log: Log,
  signal: AbortSignal,
): Promise<SidecarThread> {
  throwIfAborted(signal);
  const worker = spawnWorker(import.meta.url, "./sidecar-worker", data);
  const page = new SentPage();
  let death: string | undefined;
  let stopping = false;

  async function answer({ id, path, admitted }: Question): Promise<void> {
    const reply = await answers[path](admitted).catch((error: unknown) => {
      log.error({ err: error, path }, "the sidecar could not answer");
      return text(500, "could not answer; see the log");
    });
    const { body } = reply;
    // Nothing between the comparison and the message: the other side takes changes in their order.
    const sent = typeof body === "string" ? body : page.changeTo(body);
    worker.postMessage({ id, answer: { ...reply, body: sent } } satisfies Reply);
  }

  function died(cause: unknown): void {
    if (stopping || death !== undefined) return;
    death = "its thread died: restart the gateway";
    log.error({ err: cause }, "the sidecar's thread died: metrics and probes are not answered until a restart");
  }

  async function terminate(): Promise<void> {
    stopping = true;
    await worker.terminate();
  }

  async function stop(): Promise<void> {
    stopping = true;
    const closed = new Promise<void>((resolve) => {
      worker.on("exit", () => resolve());
      worker.on("message", (message: FromThread) => "closed" in message && resolve());
    });
    worker.postMessage({ stop: true } satisfies ToThread);
    if (death === undefined) await closed;
    await terminate();
  }

  const bound = new Promise<string>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(aborted(signal)), { once: true });
    worker.on("message", (message: FromThread) => {
      if ("id" in message) void answer(message);
      else if ("bound" in message) resolve(message.bound);
      else if ("unsent" in message) log.warn({ err: message.unsent }, "the sidecar's answer could not be sent");
      else if ("refused" in message) {
        const { code, message: why, reason } = message.refused;
        reject(new Fault(code, why, { reason }));
      }
    });
    const ended = (cause: unknown) => {
      reject(new Fault("unavailable", "the sidecar's thread died as it started", { cause, reason: "SIDECAR_DIED" }));
      died(cause);
    };
    worker.on("error", ended);
    worker.on("exit", (code) => ended(new Error(`exited with code ${code}`)));
  });
  try {
    return { address: await bound, death: () => death, stop };
  } catch (error) {
    await terminate();
    throw error;
  }
}
