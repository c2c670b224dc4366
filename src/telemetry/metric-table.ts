import { coverageClasses, ingestStages, runStates, scheduleNames, tickOutcomes } from "../domain/mod.ts";

/** Every value a label may take, or how many different ones it may at most have: the rest is counted as "other". */
export type LabelValues =
  | readonly string[]
  | {
      readonly atMost: number;
      readonly such: string;
      /** Values whose series begin at zero, where the first event must not be lost to a rate. */
      readonly atFirst?: readonly string[];
    };

export interface MetricDeclaration {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds, for histograms. */
  readonly buckets: readonly number[];
}

/** Seconds, for work inside a request: from a cache hit to the default deadline. */
const request = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds, for stages of a run: from a no-op to a first index of a large tree. */
const run = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1_800];
/** Seconds that a timer came late: under a frame is unnoticed, over a second stalls every caller. */
const delay = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Hits of one page; the contract's page cap is 100. */
const hits = [0, 1, 2, 5, 10, 20, 50, 100];

const sources: LabelValues = { atMost: 200, such: "a configured source" };
const stages = { atMost: 32, such: "a stage" };
const methods: LabelValues = { atMost: 100, such: "an RPC, as Service/Method" };
const backends: LabelValues = ["embedder", "libsql", "neo4j", "qdrant", "redis"];
const operations: LabelValues = { atMost: 100, such: "what was asked of it" };
/** Written out, since what is generated from the contract is for services; a test compares. */
const graphMethods = [
  ...["GetNode", "SearchNodes", "Traverse", "FindPath", "AnalyzeImpact"],
  ...["ListSubsystems", "GetSubsystem", "ListOrphans", "QueryCypher"],
].map((name) => `knowledge.v1.GraphService/${name}`);
const modes = ["hybrid", "lexical", "semantic"];
const endStates = [...runStates.filter((state) => state !== "pending" && state !== "running"), "refused"];

const counter = (name: string, help: string, labels: Record<string, LabelValues>): MetricDeclaration =>
  Object.freeze({ name, type: "counter", help, labels, buckets: [] });
const gauge = (name: string, help: string, labels: Record<string, LabelValues>): MetricDeclaration =>
  Object.freeze({ name, type: "gauge", help, labels, buckets: [] });
const histogram = (
  name: string,
  help: string,
  buckets: readonly number[],
  labels: Record<string, LabelValues>,
): MetricDeclaration => Object.freeze({ name, type: "histogram", help, labels, buckets });

const table: readonly MetricDeclaration[] = [
  gauge("km_build_info", "Always 1; the labels say which build runs on which runtime.", {
    version: { atMost: 1, such: "this version" },
    runtime: { atMost: 1, such: "node or deno, with its version" },
  }),
  gauge("km_plugin_healthy", "Whether a plug-in is healthy: 1 or 0.", { plugin: { atMost: 64, such: "a plug-in" } }),
  histogram("km_event_loop_delay_seconds", "How late a timer on the event loop fired.", delay, {}),

  counter("km_ingest_runs_total", "Runs that ended, by how; refused ones never began.", {
    source: sources,
    state: endStates,
  }),
  histogram("km_ingest_duration_seconds", "Time a run spent in a stage.", run, { stage: ingestStages }),
  counter("km_ingest_files_total", "Files that runs looked at, by what they did with them.", {
    source: sources,
    action: ["added", "changed", "removed", "unchanged", "skipped"],
  }),
  counter("km_ingest_chunks_total", "Chunks that runs wrote, removed, or wrote without embedding them again.", {
    source: sources,
    action: ["written", "removed", "reused"],
  }),
  gauge("km_ingest_last_run_timestamp_seconds", "When the last run that succeeded or failed ended, in Unix time.", {
    source: sources,
  }),
  gauge("km_ingest_last_run_succeeded", "Whether that run succeeded: 1 or 0; a restart remembers.", {
    source: sources,
  }),
  gauge("km_ingest_last_success_timestamp_seconds", "When a run last succeeded, in Unix time.", { source: sources }),
  gauge("km_ingest_queue_depth", "Runs that wait for their turn, and files of running ones that are not stored yet.", {
    queue: { atMost: 16, such: "runs or files" },
  }),
  gauge("km_index_commits_behind", "Commits between the indexed one and HEAD; looked at once a minute.", {
    source: sources,
  }),
  gauge("km_index_chunks", "Chunks of the served generation.", { source: sources }),
  gauge("km_coverage_files", "Tracked files of the served generation, by coverage class.", {
    source: sources,
    class: coverageClasses,
  }),
  gauge("km_coverage_reasons", "Tracked files of the served generation that are not indexed, or in part, by reason.", {
    source: sources,
    reason: { atMost: 32, such: "a coverage reason" },
  }),

  counter("km_scheduler_runs_total", "Ticks of schedules, by how they ended; skipped ones found nothing to do.", {
    schedule: scheduleNames,
    outcome: [...tickOutcomes.map((outcome) => outcome.toLowerCase()), "busy", "paused"],
  }),

  counter("km_search_requests_total", "Searches, by whether they found something.", {
    mode: modes,
    outcome: ["hits", "empty", "error"],
  }),
  histogram("km_search_duration_seconds", "Time a search spent in a stage; the stage total is the whole.", request, {
    mode: modes,
    stage: { ...stages, atFirst: ["total"] },
  }),
  gauge("km_search_queue_depth", "Searches that wait for their turn at the embedded index.", {}),
  histogram("km_search_hits", "Hits on a page of a search; the bucket 0 counts the empty ones.", hits, { mode: modes }),
  histogram("km_graph_duration_seconds", "Time a question to the graph took.", request, {
    method: { ...methods, atFirst: graphMethods },
  }),

  histogram("km_backend_duration_seconds", "Time a call to a backend took.", request, {
    backend: backends,
    operation: operations,
  }),
  counter("km_backend_errors_total", "Calls to a backend that failed.", {
    backend: backends,
    operation: operations,
    code: { atMost: 16, such: "a fault's code" },
  }),

  counter("km_quota_refusals_total", "Calls refused because the caller's quota was spent.", { method: methods }),
  counter("km_quota_limiter_failures_total", "Calls for which the limiter could not be asked.", {}),
  counter(
    "km_auth_refusals_total",
    "Calls refused for their token: none, no bearer, not valid, from an address under penalty, or of too small a scope.",
    {
      reason: ["missing", "malformed", "invalid", "limited", "scope"],
    },
  ),
  counter("km_ledger_appends_total", "Entries appended to the audit ledger, or not.", { outcome: ["ok", "failed"] }),
  gauge("km_ledger_intact", "Whether the audit ledger verified when it was last checked: 1 or 0.", {}),
];

/** Every metric of the gateway's own, in the order of the documentation. */
export function describeMetrics(): readonly MetricDeclaration[] {
  return table;
}
