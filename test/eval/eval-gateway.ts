import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Hit } from "../../gen/knowledge/v1/search_service.ts";
import { openClients } from "../../src/cli/clients.ts";
import { readConfig } from "../../src/config/mod.ts";
import { startGateway } from "../../src/main.ts";
import { inTime } from "../support/in-time.ts";
import type { EvalSet } from "./eval-set.ts";

/** A gateway that serves the sets' folders, each as a source of the set's name. */
export interface EvalGateway {
  /** Full ingest; milliseconds from the request to the end of the run, and what it indexed. */
  index(set: EvalSet): Promise<{ readonly ms: number; readonly files: number; readonly chunks: number }>;
  search(set: EvalSet, query: string, explain?: boolean): Promise<readonly Hit[]>;
  close(): Promise<void>;
}

/**
 * Starts the real program in this process, on a state directory of its own, and talks to it over gRPC. Signals'
 * weights are multiplied by what `scale` has for them, which may change between searches.
 */
export async function startEvalGateway(
  sets: readonly EvalSet[],
  scale: ReadonlyMap<string, number> = new Map(),
  embedder?: string,
): Promise<EvalGateway> {
  const work = await mkdtemp(join(tmpdir(), "gateway-eval-"));
  const folders = await Promise.all(sets.map((set) => indexable(set.folder, join(work, "trees", set.name))));
  const gateway = await startGateway(
    readConfig({
      KM_SOURCES: sets.map((set, at) => `${set.name}=${folders[at]}`).join(","),
      KM_STATE_PATH: join(work, "state"),
      KM_GRPC_ADDRESS: "127.0.0.1:0",
      KM_METRICS_ADDRESS: "127.0.0.1:0",
      KM_INGEST_ON_START: "off",
      // A run of the clock would be in the way of one that is asked for.
      KM_SCHEDULER_ENABLED: "off",
      KM_LOG_LEVEL: "error",
      KM_EMBEDDER: embedder,
      KM_RATE_LIMIT_REQUESTS: "1000000",
      KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
    }),
    { search: { scale } },
  );
  const clients = openClients(gateway.address, undefined);

  return {
    async index({ name }) {
      const began = performance.now();
      const { runs } = await clients.ingest.startIngest({ sources: [name] });
      const runId = runs[0]?.runId ?? "";
      let last: IngestRun | undefined;
      for await (const { progress } of clients.ingest.watchIngest({ runId })) last = progress?.run ?? last;
      if (last?.state !== IngestRunState.INGEST_RUN_STATE_SUCCEEDED) {
        throw new Error(`${name}: the ingest did not succeed: ${last?.error?.message ?? "no reason was given"}`);
      }
      const ms = performance.now() - began;
      return { ms, files: last.files?.discovered ?? 0, chunks: last.chunks?.total ?? 0 };
    },
    async search({ name }, query, explain = false) {
      const request = { query, explain, filter: { sources: [name] } };
      // On a busy machine the graph may be late: quality is measured with it.
      return (await inTime(() => clients.search.search(request))).hits;
    },
    async close() {
      clients.close();
      await gateway.stop({ lameDuck: false });
      await rm(work, { recursive: true, force: true });
    },
  };
}

/** Left out of copies: never part of what questions are about, and large. */
const notCopied = new Set([".git", "node_modules", ".cache", ".gateway", ".tools", "dist", "target", "__pycache__"]);

/**
 * The folder itself when Git tracks files in it; else a copy outside any work tree, since a folder that Git ignores
 * (a cache inside this repository) has no files as Git sees it.
 */
async function indexable(folder: string, copy: string): Promise<string> {
  if (tracked(folder)) return folder;
  await cp(folder, copy, { recursive: true, filter: (from) => from === folder || !notCopied.has(basename(from)) });
  return copy;
}

function tracked(folder: string): boolean {
  try {
    const options = {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    };
    return execFileSync("git", ["ls-files", "-z", "."], { ...options, maxBuffer: 2 ** 28 } as never).length > 0;
  } catch {
    return false;
  }
}
