import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type GatewayProcess, ingest, runCommand, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { findPrometheus } from "./find-prometheus.ts";
import { type Alert, type PrometheusProcess, startPrometheus } from "./prometheus-process.ts";

const test = suite("Prometheus watches a gateway");
const tools = findPrometheus();

if (tools === undefined) test.skip("Prometheus", () => {});
else {
  const repo = makeRepo({
    "src/tide.ts": "/** How high the tide stands. */\nexport const tide = (hour: number) => hour;\n",
    "docs/harbour.md": "# Harbour\n\nShips wait for the tide.\n",
  });
  const place = { sources: { harbour: repo.root } };
  let gateway: GatewayProcess;
  let prometheus: PrometheusProcess;
  test.before(async () => {
    gateway = await startGatewayProcess(place);
    prometheus = await startPrometheus(tools, gateway.metricsAddress, { patient: false });
  });
  test.after(async () => {
    await prometheus.stop();
    repo.remove();
  });

  const one = (expression: string, value: number) =>
    prometheus.until(expression, ([first]) => first !== undefined && first.value === value);
  async function firing(name: string): Promise<Alert> {
    await one(`count(ALERTS{alertname="${name}",alertstate="firing"})`, 1);
    const alert = (await prometheus.alerts()).find(({ labels }) => labels["alertname"] === name);
    return alert ?? { labels: {}, annotations: {}, state: "pending" };
  }
  const quiet = (name: string) => one(`count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`, 0);

  test("what happened in the gateway can be asked of Prometheus", async () => {
    // Series exist before anything happened, so that a rate over the first event is not lost.
    await one('km_ingest_runs_total{source="harbour",state="succeeded"}', 0);
    const clients = gateway.clients();
    await ingest(clients);
    await clients.search.search({ query: "how high is the tide" });
    await one('up{job="knowledge-gateway"}', 1);
    await one('km_ingest_runs_total{source="harbour",state="succeeded"}', 1);
    await one('sum(increase(km_ingest_runs_total{state="succeeded"}[1m])) > bool 0', 1);
    await one('km_coverage_files{source="harbour",class="indexed"}', 2);
    await one('km_index_commits_behind{source="harbour"}', 0);
    await one('km_search_requests_total{mode="hybrid",outcome="hits"}', 1);
    await one('grpc_server_handled_total{grpc_method="Search",grpc_code="OK"}', 1);
    await one("km_ledger_intact", 1);
    const [chunks] = await prometheus.until("km_index_chunks", (found) => found.length === 1);
    assert.ok(chunks !== undefined && chunks.value >= 2);
    const [build] = await prometheus.query("km_build_info");
    assert.match(build?.metric["version"] ?? "", /^\d+\.\d+\.\d+$/);
  });

  test("the recorded figures have values", async () => {
    await one("km:coverage:indexed_ratio", 1);
    await one("km:calls:error_ratio5m", 0);
    await prometheus.until("km:search:seconds:p95_5m > 0", (found) => found.length === 1);
    await prometheus.until("km:event_loop:seconds:p99_5m > 0", (found) => found.length === 1);
  });

  test("promtool finds nothing to say about the page of metrics", async () => {
    const page = await gateway.metrics();
    const { status, stdout, stderr } = spawnSync(tools.promtool, ["check", "metrics"], {
      input: page,
      encoding: "utf8",
    });
    assert.equal([status, stdout, stderr], [0, "", ""]);
  });

  test("a failed ingest raises an alert from which alone its cause is found, and which ends with the trouble", async () => {
    await quiet("IngestFailed");
    renameSync(repo.root, `${repo.root}-away`);
    const clients = gateway.clients();
    const {
      runs: [run],
    } = await clients.ingest.startIngest({});
    for await (const _ of clients.ingest.watchIngest({ runId: run?.runId ?? "" }));
    const { labels, annotations } = await firing("IngestFailed");
    assert.is(labels["source"], "harbour");

    const [program, ...args] = (annotations["look"] ?? "").split(" ");
    assert.is(program, "gateway");
    const { code, stdout } = await runCommand(args, { ...place, statePath: gateway.statePath });
    assert.is(code, 0);
    assert.match(stdout, 'SOURCE_GONE: the folder of source "harbour" is not there; restore it');

    renameSync(`${repo.root}-away`, repo.root);
    repo.write("docs/harbour.md", "# Harbour\n\nThe tide is out.\n");
    repo.commit();
    await ingest(clients);
    await quiet("IngestFailed");
  });

  test("a gateway that is gone is noticed", async () => {
    await quiet("GatewayDown");
    assert.is((await gateway.stop()).code, 0);
    const { labels } = await firing("GatewayDown");
    assert.is(labels["instance"], gateway.metricsAddress);
  });
}

test.run();
