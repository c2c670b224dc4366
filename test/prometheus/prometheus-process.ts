import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { parse, stringify } from "yaml";
import { projectFile } from "../../src/runtime/mod.ts";
import type { PrometheusTools } from "./find-prometheus.ts";

/** A series of an instant query, at its newest. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
}

/** A real Prometheus with the configuration and rules of infra/prometheus, in a hurry. */
export interface PrometheusProcess {
  /** @throws Error with what Prometheus says of the expression */
  query(expression: string): Promise<readonly Sample[]>;
  /** Asks again until the answer will do. @throws Error with the last answer after half a minute */
  until(expression: string, will: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]>;
  alerts(): Promise<readonly Alert[]>;
  stop(): Promise<void>;
}

interface Configuration {
  global: { scrape_interval: string; evaluation_interval: string };
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
}

interface Rules {
  groups: { rules: { alert?: string; for?: string }[] }[];
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** How often it scrapes and evaluates in a test; longer than a scrape of a busy gateway takes. */
const pace = "500ms";
const patienceMs = 30_000;

function writeConfiguration(folder: string, target: string, patient: boolean): string {
  const infra = projectFile("infra/prometheus");
  const configuration = parse(readFileSync(join(infra, "prometheus.yaml"), "utf8")) as Configuration;
  configuration.global.scrape_interval = pace;
  configuration.global.evaluation_interval = pace;
  const [job] = configuration.scrape_configs;
  if (job === undefined) throw new Error("prometheus.yaml has no job");
  job.static_configs = [{ targets: [target] }];
  const file = join(folder, "prometheus.yaml");
  writeFileSync(file, stringify(configuration));
  if (patient) copyFileSync(join(infra, "rules.yaml"), join(folder, "rules.yaml"));
  else {
    // What an alert waits for is tested by promtool, where time costs nothing.
    const rules = parse(readFileSync(join(infra, "rules.yaml"), "utf8")) as Rules;
    for (const rule of rules.groups.flatMap((group) => group.rules)) delete rule.for;
    writeFileSync(join(folder, "rules.yaml"), stringify(rules));
  }
  return file;
}

/** @param target `host:port` of a sidecar */
export async function startPrometheus(
  { prometheus }: PrometheusTools,
  target: string,
  options: { readonly patient?: boolean } = {},
): Promise<PrometheusProcess> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-prometheus-"));
  const file = writeConfiguration(folder, target, options.patient ?? true);
  const args = ["--web.listen-address=127.0.0.1:0", `--storage.tsdb.path=${join(folder, "data")}`];
  const child = spawn(prometheus, [`--config.file=${file}`, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      running.delete(child);
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
  });
  const url = `http://${await listening(child)}/api/v1`;

  async function ask<T>(path: string): Promise<T> {
    const reply = await fetch(`${url}/${path}`);
    const { status, data, error } = (await reply.json()) as { status: string; data: T; error?: string };
    if (status !== "success") throw new Error(`Prometheus refused ${decodeURIComponent(path)}: ${error}`);
    return data;
  }

  async function query(expression: string): Promise<readonly Sample[]> {
    type Answer = { resultType: string; result: unknown };
    const { resultType, result } = await ask<Answer>(`query?query=${encodeURIComponent(expression)}`);
    if (resultType === "scalar") return [{ metric: {}, value: Number((result as [number, string])[1]) }];
    const series = result as { metric: Record<string, string>; value: [number, string] }[];
    return series.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  }

  return {
    query,
    async until(expression, will) {
      const end = performance.now() + patienceMs;
      for (;;) {
        const samples = await query(expression);
        if (will(samples)) return samples;
        if (performance.now() > end) throw new Error(`${expression} is still ${JSON.stringify(samples)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    alerts: async () => (await ask<{ alerts: Alert[] }>("alerts")).alerts,
    async stop() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, "SIGTERM");
      await ended;
    },
  };
}

/** The address it got, from its own words. @throws Error with all it said when it ends instead */
async function listening(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (child.stderr === null) throw new Error("no standard error to read from");
  const lines = createInterface({ input: child.stderr });
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      const [, address] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
    lines.on("close", () => reject(new Error(`Prometheus ended before it listened:\n${said.join("\n")}`)));
  });
}
