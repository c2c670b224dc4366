import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline";
import { openClients } from "../../src/cli/clients.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { median, round } from "./figures.ts";

const token = randomBytes(32).toString("base64url");
/** Calls of one round, and rounds that are paired: one on each server, in turn. */
const calls = 8_000;
const rounds = 9;
const inFlight = 64;

type Kind = "bare" | "full-without-logs" | "full";

/** Throughput of an empty unary call through the whole chain, relative to a bare nice-grpc server. */
export async function benchChain(): Promise<Record<string, number | string>[]> {
  const kinds: Kind[] = ["bare", "full-without-logs", "full"];
  const servers = await Promise.all(kinds.map(startServer));
  try {
    const rates = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
    for (const server of servers) await roundOf(server); // warm-up
    for (let i = 0; i < rounds; i++) {
      for (const server of servers) rates.get(server.kind)!.push(await roundOf(server));
    }
    const bare = rates.get("bare")!;
    return kinds.map((kind) => ({
      server: kind,
      "calls/s": round(median(rates.get(kind)!), 0),
      "of bare": round(median(rates.get(kind)!.map((rate, i) => rate / bare[i]!)), 2),
    }));
  } finally {
    for (const server of servers) server.stop();
  }
}

type Server = Awaited<ReturnType<typeof startServer>>;

async function startServer(kind: Kind) {
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
async function roundOf({ clients }: Server): Promise<number> {
  let next = 0;
  const began = performance.now();
  const call = async () => {
    while (next++ < calls) await clients.search.search({ query: "x" });
  };
  await Promise.all(Array.from({ length: inFlight }, call));
  return (calls / (performance.now() - began)) * 1000;
}
