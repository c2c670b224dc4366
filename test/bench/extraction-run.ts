/**
 * `node extraction-run.js STATE ROOT on|off`: one full ingest of a tree by the real program in this process, with or
 * without the graph. Says on its error output what it took. No configuration leaves the graph out: this is how its
 * share is measured.
 */
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { openClients } from "../../src/cli/clients.ts";
import { readConfig } from "../../src/config/mod.ts";
import { startGateway } from "../../src/main.ts";
import { ingest } from "./gateway-process.ts";

const [state = "", root = "", graph] = process.argv.slice(2);
const config = readConfig(
  {
    KM_STATE_PATH: state,
    KM_SOURCES: `bench=${root}`,
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_INGEST_ON_START: "off",
    KM_SCHEDULER_ENABLED: "off",
    KM_LOG_LEVEL: "warn",
  },
  "/",
);
const without = {
  parser: { workers: config.ingest.workers, facts: false },
  ingester: { ...config.ingest, graph: false },
};
const gateway = await startGateway(config, graph === "off" ? without : {});
const clients = openClients(gateway.address, undefined);
const before = process.cpuUsage();
const { run, ms } = await ingest(clients, IngestMode.INGEST_MODE_FULL);
const { user, system } = process.cpuUsage(before);
clients.close();
await gateway.stop({ lameDuck: false });
const { nodes = 0n, edges = 0n } = run.graph ?? {};
const told = { chunks: Number(run.chunks?.total ?? 0), nodes: Number(nodes), edges: Number(edges) };
process.stderr.write(`${JSON.stringify({ ...told, ms, cpuMs: (user + system) / 1000 })}\n`);
