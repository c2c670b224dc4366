import { Fault, insider } from "../domain/mod.ts";
import type { Clock, Ingester, Random, Source, Sources, Telemetry, Touched } from "../ports/mod.ts";
import { TouchedSince } from "./touched-since.ts";

export interface WatchSettings {
  readonly enabled: boolean;
  /** How long a source must have been quiet before its run starts, ms. */
  readonly debounceMs: number;
}

export interface ChangeFollowerParts {
  readonly ingester: Ingester;
  readonly sources: Sources;
  readonly clock: Clock & Random;
  readonly telemetry: Pick<Telemetry, "log">;
}

/** Turns changes of files into incremental runs. */
export interface ChangeFollower {
  /** Follows the sources as they are configured now. */
  refresh(): void;
  /** Nothing begins any more. */
  stop(): void;
  /** Resolves once nothing of it is at work. */
  idle(): Promise<void>;
}

/** A tree that is never quiet gets its run after so many times the debounce. */
const longestWait = 10;
const unstoppable = new AbortController().signal;

export function followChanges(parts: ChangeFollowerParts, settings: WatchSettings): ChangeFollower {
  const { ingester, sources, clock, telemetry } = parts;
  const following = new Map<Source, AbortController>();
  const work = new Set<Promise<void>>();

  async function follow(source: Source, signal: AbortSignal): Promise<void> {
    const log = telemetry.log.with({ source: source.name });
    // However many changes come while a run is on, they are one flag: the next run finds them all.
    let firstAt = 0;
    let lastAt = 0;
    let wake = () => {};
    signal.addEventListener("abort", () => wake(), { once: true });
    // What changed before all was watched nobody told.
    let since = new TouchedSince("anything");
    const changed = (touched: Touched) => {
      since.add(touched);
      lastAt = clock.now();
      firstAt ||= lastAt;
      wake();
    };
    let troubles = 0;
    const trouble = (fault: Fault) => {
      troubles += 1; // one for each folder, when the system's limit is met: the first tells it all
      if (troubles === 1) log.warn({ err: fault, reason: fault.reason }, fault.message);
    };
    try {
      await source.watch?.(changed, trouble, signal);
      log.info({}, "changes of files start ingests");
      while (!signal.aborted) {
        if (firstAt === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const due = Math.min(lastAt + settings.debounceMs, firstAt + longestWait * settings.debounceMs);
        if (due > clock.now()) {
          await clock.sleep(due - clock.now(), signal);
          continue;
        }
        firstAt = 0;
        const touched = troubles > 0 ? "anything" : since.told();
        since = new TouchedSince();
        const end = await ingest(source.name, touched, signal);
        if (end === "busy") changed(touched);
        // No run of its own, since the schedule tries again; but the next looks at everything.
        else if (end === "failed") since.add("anything");
      }
    } catch (error) {
      if (signal.aborted) return;
      const fault = error instanceof Fault ? error : new Fault("internal", "watching failed", { cause: error });
      log.warn({ err: error, reason: fault.reason }, `${fault.message}; its changes are found by schedule`);
    }
  }

  /** What became of the changes: "busy" when another run was in the way, after that one has ended. */
  async function ingest(source: string, touched: Touched, signal: AbortSignal): Promise<"done" | "busy" | "failed"> {
    const paths = touched === "anything" ? undefined : touched;
    try {
      if (await ingester.unchanged(source, signal, paths)) return "done";
      const { tokenId, name, scope, peer } = insider("scheduler");
      const order = { sources: [source], mode: "incremental", dryRun: false, trigger: "watch" } as const;
      const requestId = clock.uuid();
      const [run] = await ingester.start(
        {
          ...order,
          actor: { tokenId, name, scope, peer },
          requestId,
          reason: "files changed",
          ...(paths && { paths }),
        },
        signal,
      );
      const { state } = await ingester.ended(run!.runId, unstoppable);
      return state === "succeeded" ? "done" : "failed";
    } catch (error) {
      if (signal.aborted) return "done";
      const busy = error instanceof Fault && error.reason === "INGEST_BUSY" ? error.metadata["run_id"] : undefined;
      if (busy === undefined) {
        telemetry.log.warn({ err: error, source }, "changed files could not be ingested; the schedule tries again");
        return "failed";
      }
      await ingester.ended(busy, signal).catch(() => {});
      return "busy";
    }
  }

  function stop(): void {
    for (const controller of following.values()) controller.abort();
    following.clear();
  }

  return {
    refresh() {
      if (!settings.enabled) return;
      const now = new Set(sources.all());
      for (const [source, controller] of following) {
        if (now.has(source)) continue;
        controller.abort();
        following.delete(source);
      }
      for (const source of now) {
        if (following.has(source)) continue;
        const controller = new AbortController();
        following.set(source, controller);
        const one: Promise<void> = follow(source, controller.signal).finally(() => work.delete(one));
        work.add(one);
      }
    },
    stop,
    async idle() {
      stop();
      await Promise.all(work);
    },
  };
}
