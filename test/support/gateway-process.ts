import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createChannel, createClient } from "nice-grpc";
import { HealthDefinition } from "../../gen/grpc/health/v1/health.ts";
import { type IngestMode, type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { currentRuntime } from "../../src/runtime/mod.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real program, serving. */
export interface GatewayProcess {
  readonly pid: number;
  /** Bound gRPC address. */
  readonly address: string;
  readonly metricsAddress: string;
  readonly statePath: string;
  /** Clients with no token, or with one; closed when the gateway stops. */
  clients(token?: string): Clients;
  /** What grpc.health.v1 says of the server, or of a service. */
  health(service?: string): Promise<number>;
  metrics(): Promise<string>;
  /** A page of the sidecar by its path: its status. */
  page(path: string): Promise<number>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
  /**
   * Ctrl-C, then how it ended: without the lame duck of a SIGTERM, five seconds of waiting in each test. Those who want
   * the last run's sweep done take the SIGTERM: a stop breaks it off, and the next start goes on with it.
   */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<Ended>;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** By its id: after `child.kill(…)` Deno says the child ended by that signal, whatever it did with it. */
function send(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(child.pid, signal);
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gateway-state-")));
  folders.add(folder);
  return folder;
}

/** The command line that runs the program as this test is run: what was built on a built test, else the sources. */
export function gatewayCommand(name: "gateway" | "gateway-ingest" = "gateway"): [string, ...string[]] {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const file = fileURLToPath(new URL(`../../src/cli/${name}${extension}`, import.meta.url));
  const flags = currentRuntime().name === "deno" ? ["run", "--no-prompt", "--quiet", "-A"] : [];
  return [process.execPath, ...flags, file];
}

/** This process's environment without any `KM_` variable, on free ports, quotas wide open; then `more`. */
function environment(statePath: string, more: Env): NodeJS.ProcessEnv {
  const bare = Object.entries(process.env).filter(([name]) => !name.startsWith("KM_"));
  return {
    ...Object.fromEntries(bare),
    NO_COLOR: "1",
    KM_STATE_PATH: statePath,
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_INGEST_ON_START: "off",
    KM_RATE_LIMIT_REQUESTS: "1000000",
    KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
    ...more,
  };
}

function launch(args: readonly string[], statePath: string, env: Env, command = gatewayCommand()) {
  const [program, ...first] = command;
  const child = spawn(program, [...first, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(statePath, env),
  });
  running.add(child);
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    written.stdout += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    written.stderr += bytes.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, ...written });
    });
  });
  return { child, ended, written };
}

export interface Place {
  /** Default: a folder of its own. */
  readonly statePath?: string;
  /** Root by source name. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly env?: Env;
  /** Default: what `gatewayCommand` says. */
  readonly program?: [string, ...string[]];
}

function placed({ statePath = temporaryFolder(), sources, env = {} }: Place): { statePath: string; env: Env } {
  const named = Object.entries(sources ?? {}).map(([name, root]) => `${name}=${root}`);
  return { statePath, env: named.length > 0 ? { KM_SOURCES: named.join(","), ...env } : env };
}

/** Runs a command to its end: `gateway …`, or `gateway-ingest …`. */
export function runCommand(args: readonly string[], place: Place, name?: "gateway" | "gateway-ingest"): Promise<Ended> {
  const { statePath, env } = placed(place);
  return launch(args, statePath, env, place.program ?? gatewayCommand(name)).ended;
}

/** Starts a command and waits for nothing. */
export function launchCommand(args: readonly string[], place: Place): Launched {
  const { statePath, env } = placed(place);
  const { child, ended, written } = launch(args, statePath, env, place.program);
  return {
    said: () => written.stdout,
    complained: () => written.stderr,
    signal: (signal) => send(child, signal),
    ended,
  };
}

/** The real program, of which nothing is awaited yet. */
export interface Launched {
  /** What it has written to its standard output. */
  said(): string;
  /** What it has written to its standard error. */
  complained(): string;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts `gateway serve …` and waits for nothing. */
export function launchGateway(place: Place, ...args: readonly string[]): Launched {
  return launchCommand(["serve", ...args], place);
}

/** Starts `gateway serve` and waits until it has said where it serves. @throws Error with its output when it ends first */
export async function startGatewayProcess(place: Place): Promise<GatewayProcess> {
  const { statePath, env } = placed(place);
  const { child, ended, written } = launch(["serve"], statePath, env, place.program);
  const serving = await whenServing(join(statePath, "serving.json"), child, ended);
  if (serving === undefined) {
    throw new Error(`the gateway ended before it served:\n${written.stdout}${written.stderr}`);
  }
  const open: { close(): void }[] = [];
  const channel = createChannel(serving.address);
  open.push(channel);
  const health = createClient(HealthDefinition, channel);
  return {
    ...serving,
    statePath,
    clients(token) {
      const clients = openClients(serving.address, token);
      open.push(clients);
      return clients;
    },
    health: async (service = "") => (await health.check({ service })).status,
    metrics: async () => (await fetch(`http://${serving.metricsAddress}/metrics`)).text(),
    async page(path) {
      const reply = await fetch(`http://${serving.metricsAddress}${path}`);
      await reply.arrayBuffer();
      return reply.status;
    },
    signal: (signal) => send(child, signal),
    ended,
    async stop(signal = "SIGINT") {
      for (const one of open.splice(0)) one.close();
      send(child, signal);
      return ended;
    },
  };
}

interface Serving {
  readonly pid: number;
  readonly address: string;
  readonly metricsAddress: string;
}

async function whenServing(file: string, child: ChildProcess, ended: Promise<Ended>): Promise<Serving | undefined> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    if (existsSync(file)) {
      const serving = JSON.parse(readFileSync(file, "utf8")) as Serving;
      if (serving.pid === child.pid) return serving;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

/** Runs an ingest of all sources to its end. @throws Error when a run did not succeed */
export async function ingest(clients: Clients, mode?: IngestMode): Promise<IngestRun[]> {
  const { runs } = await clients.ingest.startIngest(mode === undefined ? {} : { mode });
  const ended: IngestRun[] = [];
  for (const { runId } of runs) {
    let last: IngestRun | undefined;
    for await (const { progress } of clients.ingest.watchIngest({ runId })) last = progress?.run ?? last;
    if (last?.state !== IngestRunState.INGEST_RUN_STATE_SUCCEEDED) {
      throw new Error(
        `the run of ${last?.source} ended ${last?.state}: ${last?.error?.reason} ${last?.error?.message}`,
      );
    }
    ended.push(last);
  }
  return ended;
}
