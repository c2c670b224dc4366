import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";

/** A real Neo4j Community, on a free port, with authentication on. */
export interface Neo4jServer {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** At the same address, with what it had. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Why there is none to be had here; "" when there is. */
export function neo4jMissing(): string {
  if (!existsSync(projectFile(".tools/neo4j/lib"))) return "no jars: run node infra/dev/get-neo4j.mjs";
  return spawnSync("java", ["-version"]).status === 0 ? "" : "no java on PATH";
}

interface Said {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  readonly port: number;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

export async function startNeo4j(): Promise<Neo4jServer> {
  const home = mkdtempSync(join(tmpdir(), "neo4j-"));
  let child: ChildProcess;
  let said: Said | undefined;
  const start = async (): Promise<Said> => {
    const script = projectFile("infra/test-neo4j/start.mjs");
    const port = said === undefined ? [] : ["--port", String(said.port)];
    const node = process.versions["deno"] === undefined ? process.execPath : "node";
    child = spawn(node, [script, "--home", home, ...port], { stdio: ["pipe", "pipe", "pipe"] });
    running.add(child);
    let [out, log] = ["", ""];
    child.stderr?.on("data", (bytes) => {
      log += String(bytes);
    });
    return new Promise((resolve, reject) => {
      child.stdout?.on("data", (bytes) => {
        out += String(bytes);
        if (out.includes("\n")) resolve(JSON.parse(out) as Said);
      });
      child.on("exit", (code) => reject(new Error(`Neo4j ended with ${code}: ${log.slice(-2_000)}`)));
    });
  };
  const ended = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null)
      await new Promise<void>((resolve) => child.once("exit", () => resolve()));
    running.delete(child);
  };
  said = await start();
  const { uri, user, password } = said;
  return {
    uri,
    user,
    password,
    async kill() {
      process.kill(said!.pid, "SIGKILL");
      await ended();
    },
    async start() {
      said = await start();
    },
    async stop() {
      child.kill("SIGTERM");
      await ended();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
