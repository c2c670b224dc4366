import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";

/** Callers of one method, driven by one ghz. */
export interface Callers {
  /** "knowledge.v1.SearchService.Search". */
  readonly method: string;
  /** Requests that they make in turn. */
  readonly requests: readonly object[];
  /** Tokens that they use in turn. */
  readonly tokens: readonly string[];
  readonly concurrency: number;
  readonly connections: number;
  /** Calls a second at most, all together; undefined: as many as are answered. */
  readonly rate?: number | undefined;
  /** Its own work stands back behind everything else on the machine, as if it were elsewhere. */
  readonly background?: boolean;
}

export interface Call {
  readonly method: string;
  /** Of gRPC, in ghz's words: "OK", "ResourceExhausted". */
  readonly status: string;
  readonly ms: number;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The ghz that `infra/dev/get-go-tools.mjs` built, or the one on PATH. */
export function findGhz(): string | undefined {
  const own = projectFile(".tools/bin/ghz");
  if (existsSync(own)) return own;
  return spawnSync("ghz", ["--version"]).status === 0 ? "ghz" : undefined;
}

/**
 * One ghz for each group of callers, beside one another, and their calls in that order. Calls under way at the end are
 * waited for.
 */
export async function drive(
  ghz: string,
  address: string,
  folder: string,
  seconds: number,
  callers: readonly Callers[],
): Promise<Call[][]> {
  return Promise.all(callers.map((some, at) => driveOne(ghz, address, join(folder, `${at}`), seconds, some)));
}

async function driveOne(
  ghz: string,
  address: string,
  stem: string,
  seconds: number,
  { method, requests, tokens, concurrency, connections, rate, background }: Callers,
): Promise<Call[]> {
  // ghz fills in templates once a call: a list in back-quotes, of which each call takes the next.
  const list = tokens.map((token) => `\`${token}\``).join(" ");
  const bearer = `Bearer {{index (list ${list}) (mod .RequestNumber ${tokens.length})}}`;
  writeFileSync(`${stem}-metadata.json`, JSON.stringify({ authorization: bearer }), { mode: 0o600 });
  writeFileSync(`${stem}-data.json`, JSON.stringify(requests));
  const args = [
    ["--insecure", "--protoset", projectFile("gen/descriptors.binpb"), "--call", method],
    ["--metadata-file", `${stem}-metadata.json`, "--data-file", `${stem}-data.json`],
    ["--concurrency", String(concurrency), "--connections", String(connections)],
    rate === undefined ? [] : ["--rps", String(Math.max(1, Math.round(rate)))],
    ["--duration", `${seconds}s`, "--duration-stop", "wait", "--timeout", "30s"],
    ["--format", "json", "--output", `${stem}-out.json`, address],
  ].flat();
  const [program = ghz, ...first] = background === true ? ["nice", "-n", "19", ghz] : [ghz];
  const child = spawn(program, [...first, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: (seconds + 90) * 1_000,
  });
  running.add(child);
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const code = await new Promise((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", reject);
  });
  running.delete(child);
  if (code !== 0) throw new Error(`ghz on ${method} ended with ${code}: ${said}`);
  return parseGhz(method, readFileSync(`${stem}-out.json`, "utf8"));
}

/** The calls of ghz's JSON report; latencies there are nanoseconds. */
export function parseGhz(method: string, text: string): Call[] {
  const { details } = JSON.parse(text) as { details: readonly { latency: number; status: string }[] | null };
  return (details ?? []).map(({ latency, status }) => ({ method, status, ms: latency / 1e6 }));
}
