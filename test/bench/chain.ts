import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline";
import { openClients } from "../../src/cli/clients.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import type { ServerKind } from "./chain-server.ts";
import { round } from "./figures.ts";
import { pairedRounds } from "./paired-rounds.ts";

const token = randomBytes(32).toString("base64url");
/** Calls of one round, and rounds that are paired: one on each server, in turn. */
const callsOfRound = 8_000;
const rounds = 9;
const inFlight = 64;

/** Throughput of an empty unary call through the whole chain, relative to a bare nice-grpc server. */
export async function benchChain(): Promise<Record<string, number | string>[]> {
  const kinds = ["bare", "full-without-logs", "full"] as const;
  return (await compareServers(kinds)).map(({ kind, perSecond, ofFirst }) => ({
    server: kind,
    "calls/s": round(perSecond, 0),
    "of bare": round(ofFirst, 2),
  }));
}

export interface Compared {
  readonly kind: ServerKind;
  /** Calls, the median of the rounds. */
  readonly perSecond: number;
  /** Share of the first server's rate in the same round, the median. */
  readonly ofFirst: number;
}

/** Paired rounds on servers that all run at once, each asked alone in its turn. */
export async function compareServers(kinds: readonly ServerKind[], calls = callsOfRound): Promise<readonly Compared[]> {
  const servers = await Promise.all(kinds.map(startServer));
  try {
    return (await pairedRounds(servers, rounds, (server) => roundOf(server, calls))).map((compared, i) => ({
      kind: kinds[i]!,
      ...compared,
    }));
  } finally {
    for (const server of servers) server.stop();
  }
}

type Server = Awaited<ReturnType<typeof startServer>>;

async function startServer(kind: ServerKind) {
  const child = spawn(process.execPath, [projectFile("dist/test/bench/chain-server.js"), kind], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, KM_TEST_TOKEN: token },
  });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).once("line", resolve);
    child.once("close", (code) => reject(new Error(`the ${kind} server ended with ${code}`)));
  });
  const clients = openClients(address, kind === "bare" ? undefined : token);
  const stop = () => {
    clients.close();
    child.kill("SIGKILL");
  };
  return { kind, clients, stop };
}

/** Calls per second of one round. */
async function roundOf({ clients }: Server, calls: number): Promise<number> {
  let next = 0;
  const began = performance.now();
  const call = async () => {
    while (next++ < calls) await clients.search.search({ query: "x" });
  };
  await Promise.all(Array.from({ length: inFlight }, call));
  return (calls / (performance.now() - began)) * 1000;
}
