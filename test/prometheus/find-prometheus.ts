import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { projectFile } from "../../src/runtime/mod.ts";

/** Commands to run. */
export interface PrometheusTools {
  readonly prometheus: string;
  readonly promtool: string;
}

/** What infra/dev/get-prometheus.mjs fetched, or what is on PATH; installs nothing. */
export function findPrometheus(): PrometheusTools | undefined {
  const fetched = projectFile(".tools/prometheus/usr/bin");
  const own = { prometheus: `${fetched}/prometheus`, promtool: `${fetched}/promtool` };
  if (existsSync(own.prometheus)) return own;
  const there = ["prometheus", "promtool"].every((name) => spawnSync(name, ["--version"]).status === 0);
  if (there) return { prometheus: "prometheus", promtool: "promtool" };
  console.error("NO PROMETHEUS (run infra/dev/get-prometheus.mjs): nothing that needs it is tested here");
  return undefined;
}
