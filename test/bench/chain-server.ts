/**
 * One of the two servers that `bench chain` compares, in a process of its own: `bare` is nice-grpc and nothing else,
 * `full` is the edge as the gateway runs it (authentication, quota, metrics, logs, limits). Both answer
 * Search with an empty reply. Prints its address as its first line.
 */
import process from "node:process";
import { createServer } from "nice-grpc";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { envTokenStore, memoryQuota } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { limits, loadPolicies, openServer, realTimers } from "../../src/edge/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";

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

async function full(logs: "info" | "silent"): Promise<string> {
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
    telemetry: openTelemetry({ logFormat: "json", logLevel: logs, version: "bench", runtime: "bench", sources: [] }),
    clock: systemClock,
    timers: realTimers,
  });
  return server.address;
}

const kind = process.argv[2];
const address = kind === "bare" ? await bare() : await full(kind === "full-without-logs" ? "silent" : "info");
process.stderr.write(`${address}\n`);
