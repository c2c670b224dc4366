/**
 * One of the servers that `bench chain` and `bench telemetry` compare, in a process of its own: `bare` is nice-grpc and
 * nothing else, `full` is the edge as the gateway runs it (authentication, quota, metrics, logs, limits), the others are
 * `full` without something. All answer Search with an empty reply. Prints its address as its first line.
 */
import { register } from "node:module";
import process from "node:process";
import { createServer } from "nice-grpc";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { envTokenStore, memoryQuota } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import type { Telemetry } from "../../src/ports/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";
import { noTelemetry, stopGrpcMetrics } from "./no-telemetry.ts";

export type ServerKind =
  | "bare"
  | "full"
  | "full-without-logs"
  | "full-without-metrics"
  | "full-without-either"
  | "full-without-tracing-code";

const empty = {
  hits: [],
  nextPageToken: "",
  revisions: [],
  warnings: [],
  took: undefined,
  candidates: 0,
  searchRequestId: "",
};
const implementation = {
  search: async () => empty,
  getArtifact: async () => ({}),
  submitFeedback: async () => ({}),
};

async function bare(): Promise<string> {
  const server = createServer();
  server.add(SearchServiceDefinition, implementation as never);
  return `127.0.0.1:${await server.listen("127.0.0.1:0")}`;
}

async function full(telemetry: Telemetry): Promise<string> {
  // Not before a hook is in place that changes what it loads.
  const { limits, loadPolicies, openServer, realTimers } = await import("../../src/edge/mod.ts");
  const points = { points: 100_000_000, windowMs: 60_000, burst: 0 };
  const server = await openServer({
    address: "127.0.0.1:0",
    credentials: undefined,
    transportLog: false,
    authRequired: true,
    reflection: "off",
    limits: { ...limits, inFlightPerPrincipal: limits.inFlight }, // one caller stands for many
    policies: await loadPolicies(),
    services: [{ definition: SearchServiceDefinition, implementation }],
    tokens: envTokenStore({ readerToken: process.env["KM_TEST_TOKEN"], adminToken: undefined }),
    quota: memoryQuota({ read: points, manage: points }),
    telemetry,
    clock: systemClock,
    timers: realTimers,
  });
  return server.address;
}

const opened = (logLevel: "info" | "silent") =>
  openTelemetry({ logFormat: "json", logLevel, version: "bench", runtime: "bench", sources: [] });

async function start(kind: ServerKind): Promise<string> {
  if (kind === "bare") return bare();
  if (kind === "full-without-logs") return full(opened("silent"));
  if (kind === "full-without-tracing-code") register(new URL("./without-tracing-hooks.js", import.meta.url));
  if (kind !== "full-without-metrics" && kind !== "full-without-either") return full(opened("info"));
  stopGrpcMetrics();
  return full(kind === "full-without-either" ? noTelemetry : { ...noTelemetry, log: opened("info").log });
}

process.stderr.write(`${await start(process.argv[2] as ServerKind)}\n`);
