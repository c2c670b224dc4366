import { throwIfAborted } from "../../domain/mod.ts";
import type { Parser } from "../../ports/mod.ts";
import { spawnWorker } from "../../runtime/mod.ts";
import { chunkerVersion } from "./chunker-version.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface ParserConfig {
  /** Threads that parse. One is right on two cores: the other embeds and stores. */
  readonly workers: number;
  /**
   * Longest parse of one file in milliseconds, after which it is cut by lines. Default 30,000: real files take under one
   * second of processor, of which a background thread may get a tenth; how busy the machine is must not decide cuts.
   */
  readonly parseMs?: number;
  /** Whether files are read for what they say of the graph. Default true; false is for measuring what that costs. */
  readonly facts?: boolean;
}

/** What a thread gets beyond `parseMs` to load a grammar, cut and answer before it is taken for hung. */
const graceMs = 5_000;
/** A thread loads its modules within a second; where everything else wants the processor too, twenty were seen. */
const startMs = 60_000;

/** Opens a parser. Its threads start with the first file and keep the process alive only while they work. */
export async function openParser(config: ParserConfig, signal: AbortSignal): Promise<Parser> {
  throwIfAborted(signal);
  const { parseMs = 30_000, facts = true } = config;
  const pool = new WorkerPool({
    workers: Math.max(1, config.workers),
    hangMs: parseMs + graceMs,
    startMs,
    spawn: (progress) => spawnWorker(import.meta.url, "./parser-worker", { parseMs, facts, progress }),
  });
  return {
    version: chunkerVersion(),
    parse: (input, abort) => pool.run(input, abort),
    rest: () => pool.rest(),
    close: () => pool.close(),
  };
}
