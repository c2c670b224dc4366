import { readFileSync } from "node:fs";
import { ClientError, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clients } from "../../src/cli/clients.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { findPrometheus } from "./find-prometheus.ts";
import { askedNames, offeredNames } from "./metric-names.ts";
import { type PrometheusProcess, startPrometheus } from "./prometheus-process.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly type: string; readonly query: unknown }[] };
}

const file = projectFile("infra/grafana/knowledge-gateway.json");
const dashboard = JSON.parse(readFileSync(file, "utf8")) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== "row");

/** As Grafana fills them in: everything chosen, an interval that holds several scrapes. */
const filledIn = (expression: string) =>
  expression.replaceAll("$instance", ".*").replaceAll("$source", ".*").replaceAll("$__rate_interval", "1m");

const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expression: filledIn(expr) })),
);
const variables = dashboard.templating.list
  .filter(({ type }) => type === "query")
  .map(({ query }) => /^label_values\((.*), (\w+)\)$/.exec((query as { query: string }).query));

/** Searches until there is one more than the quota allows. */
async function spendQuota(clients: Clients): Promise<void> {
  for (let asked = 0; asked < 100; asked += 1) {
    try {
      await clients.search.search({ query: "tide" });
    } catch (error) {
      if (error instanceof ClientError && error.code === Status.RESOURCE_EXHAUSTED) return;
      throw error;
    }
  }
  throw new Error("a hundred searches were not refused");
}

const test = suite("the dashboard");

test("every panel has a question, a description, a place of its own and an id of its own", () => {
  assert.is(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  for (const { title, targets = [], description = "" } of panels) {
    assert.ok(targets.length > 0 && description !== "", title);
  }
  const cells = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.not(cells.has(`${x},${y}`), `${title} covers another panel`);
        cells.add(`${x},${y}`);
      }
    }
  }
});

const tools = findPrometheus();
if (tools === undefined) test.skip("its queries", () => {});
else {
  const repo = makeRepo({ "tide.md": "# Tide\n\nIt rises.\n", "image.bin": new Uint8Array([0, 1, 2]) });
  let gateway: GatewayProcess;
  let prometheus: PrometheusProcess;
  test.before(async () => {
    const env = { KM_RATE_LIMIT_REQUESTS: "30", KM_RATE_LIMIT_BURST: "0" };
    gateway = await startGatewayProcess({ sources: { harbour: repo.root }, env });
    prometheus = await startPrometheus(tools, gateway.metricsAddress);
    // What has labels that only use makes known: a run, a search, a refusal, a walk, a tick, a quota that is spent.
    await prometheus.until("up", ([up]) => up?.value === 1);
    const clients = gateway.clients();
    await ingest(clients);
    await clients.search.search({ query: "tide" });
    await clients.search.search({ query: "" }).catch(() => {});
    await clients.ingest.triggerSchedule({ name: "ingest" });
    // A method's series begin with its first call; a rate is of the next ones.
    await clients.graph.searchNodes({ query: "tide" });
    await prometheus.until("km_graph_duration_seconds_count", (found) => found.length > 0);
    await clients.graph.searchNodes({ query: "tide" });
    await spendQuota(clients);
    await prometheus.until("km_quota_refusals_total", (found) => found.length > 0);
    await spendQuota(clients);
    await prometheus.until("increase(km_search_requests_total[1m]) > 0", (found) => found.length > 0);
    await prometheus.until("km:coverage:indexed_ratio", (found) => found.length > 0);
    await prometheus.until("km:calls:error_ratio5m", (found) => found.length > 0);
  });
  test.after(async () => {
    await prometheus.stop();
    await gateway.stop();
    repo.remove();
  });

  test("it asks for metrics that a gateway has", async () => {
    const offered = offeredNames(await gateway.metrics());
    const asked = [...queries.map(({ expression }) => expression), ...variables.map((parts) => parts?.[1] ?? "")];
    const unknown = asked.flatMap(askedNames).filter((name) => !offered.has(name));
    assert.equal(unknown, []);
  });

  test("it shows every metric of the gateway's own", async () => {
    const asked = new Set(queries.flatMap(({ expression }) => askedNames(expression)));
    const shown = (name: string) => ["", "_bucket", "_sum", "_count"].some((part) => asked.has(`${name}${part}`));
    const own = [...(await gateway.metrics()).matchAll(/^# TYPE (km_\S+) /gm)].map(([, name = ""]) => name);
    // What it tells, the flag beside it does.
    const left = new Set(["km_ingest_last_run_timestamp_seconds"]);
    assert.equal(
      own.filter((name) => !shown(name) && !left.has(name)),
      [],
    );
  });

  test("Prometheus answers every query, and the variables have values", async () => {
    // A series that use made known is to be scraped twice before it has a rate; of nothing, a quantile is no number.
    for (const { expression } of queries) {
      await prometheus.until(expression, (found) => found.some(({ value }) => !Number.isNaN(value)));
    }
    const some = (expression: string) => prometheus.until(expression, ([first]) => (first?.value ?? 0) > 0);
    await some("sum(increase(km_quota_refusals_total[5m]))");
    await some('sum(increase(km_scheduler_runs_total{schedule="ingest"}[5m]))');
    await some("sum(increase(km_graph_duration_seconds_count[5m]))");
    for (const parts of variables) {
      const samples = await prometheus.query(filledIn(parts?.[1] ?? ""));
      assert.ok(
        samples.some(({ metric }) => metric[parts?.[2] ?? ""]),
        parts?.[0],
      );
    }
  });
}

test.run();
