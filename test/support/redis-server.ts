import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { freePort } from "./free-port.ts";

/** A real Redis, on a free port, that keeps nothing. */
export interface RedisServer {
  readonly url: string;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** At the same address, empty. */
  start(): Promise<void>;
  /** Answers nothing, and keeps its connections. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Where redis-server is: in .tools (infra/dev/get-redis.mjs puts it there), else on PATH; undefined for nowhere. */
export function redisBinary(): string | undefined {
  const fetched = projectFile(".tools/redis/usr/bin/redis-server");
  if (existsSync(fetched)) return fetched;
  return spawnSync("redis-server", ["--version"]).status === 0 ? "redis-server" : undefined;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startRedis(binary: string): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  let child: ChildProcess;
  const start = async () => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
    child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...libraries() } });
    running.add(child);
    await new Promise<void>((resolve, reject) => {
      let said = "";
      child.stdout?.on("data", (bytes) => {
        said += String(bytes);
        if (said.includes("Ready to accept connections")) resolve();
      });
      child.on("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)));
      child.on("error", reject);
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    await gone;
    running.delete(child);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The libraries that were fetched with it. */
function libraries(): { readonly LD_LIBRARY_PATH?: string } {
  const lib = projectFile(".tools/redis/usr/lib");
  if (!existsSync(lib)) return {};
  return {
    LD_LIBRARY_PATH: readdirSync(lib)
      .map((name) => join(lib, name))
      .join(":"),
  };
}
