import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { findGo, findGrpcurl, findPython } from "../clients/find-clients.ts";
import { findPrometheus } from "../prometheus/find-prometheus.ts";
import { gatewayCommand, temporaryFolder } from "../support/gateway-process.ts";
import type { Run } from "./command-table.ts";

/** How a command line ended. */
export interface Said {
  readonly code: number | null;
  /** Standard output and error as they came. */
  readonly text: string;
}

type Env = Readonly<Record<string, string>>;

const grpcurl = findGrpcurl();
const go = findGo();
const promtool = findPrometheus()?.promtool;
export const python = findPython();

/** What is at hand of the programs that the documents' commands want. */
export const atHand: Readonly<Record<NonNullable<Run["wants"]>, boolean>> = {
  grpcurl: grpcurl !== undefined,
  go: go !== undefined,
  python: python !== undefined,
  openssl: spawnSync("openssl", ["version"]).status === 0,
  promtool: promtool !== undefined,
};

/** A folder of programs under the names that the documents call them by. */
function programs(): string {
  const folder = temporaryFolder();
  const program = (name: string, command: readonly string[]) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program("gateway", gatewayCommand());
  program("gateway-ingest", gatewayCommand("gateway-ingest"));
  program("buf", [projectFile("node_modules/.bin/buf")]);
  if (grpcurl) program("grpcurl", [grpcurl]);
  if (promtool) program("promtool", [promtool]);
  return folder;
}

let path: string | undefined;

/** Nothing of a developer's own settings; the built programs, and the Node that runs this test, found first. */
export function shellEnvironment(more: Env): NodeJS.ProcessEnv {
  path ??= `${programs()}:${dirname(process.execPath)}:${go ?? process.env["PATH"]}`;
  const bare = Object.entries(process.env).filter(([name]) => !/^(?:KM_|npm_|FORCE_COLOR)/.test(name));
  return {
    ...Object.fromEntries(bare),
    PATH: path,
    NO_COLOR: "1",
    GATEWAY: gatewayCommand().join(" "),
    GATEWAY_INGEST: gatewayCommand("gateway-ingest").join(" "),
    ...more,
  };
}

/** Runs a line as a shell does that stops at the first failure. */
export function shell(line: string, env: Env, cwd = projectFile("")): Promise<Said> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", line], {
    cwd,
    env: shellEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, text }));
  });
}

/** A Git repository of these files, in a folder of this name: a source is called after it. */
export function repositoryNamed(name: string, files: Readonly<Record<string, string>>, copies: readonly string[] = []) {
  const root = join(temporaryFolder(), name);
  for (const copy of copies) cpSync(projectFile(copy), join(root, copy), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const who = ["-c", "user.name=docs", "-c", "user.email=docs@example.invalid"];
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    [...who, "commit", "-qm", "As the documents have it"],
  ]) {
    execFileSync("git", ["-C", root, ...args]);
  }
  return root;
}

/** Where a reader of docs/clients.md would stand: the contract, a recipe, and what npm installed. */
export function clientFolder(recipe: string): string {
  const folder = temporaryFolder();
  for (const name of ["proto", "buf.yaml", "node_modules"]) symlinkSync(projectFile(name), join(folder, name));
  cpSync(projectFile(recipe), join(folder, "buf.gen.yaml"));
  mkdirSync(join(folder, "stubs"));
  writeFileSync(join(folder, "package.json"), "{}");
  return folder;
}

/** `npm start` until it has said what to try; `stop` ends it and gives all that it said. */
export async function npmStart(repository: string): Promise<{
  readonly statePath: string;
  readonly said: () => string;
  stop(): Promise<Said>;
}> {
  const statePath = temporaryFolder();
  const env = {
    KM_STATE_PATH: statePath,
    KM_REPO_PATH: repository,
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_DEVELOPMENT: "on",
    // Its first step, which installs and builds, is left out: it would build anew under this test.
    GATEWAY_BUILT: "on",
  };
  const child = spawn("bash", ["-c", "exec npm start"], {
    cwd: projectFile(""),
    env: shellEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<Said>((resolve) => {
    child.on("close", (code) => resolve({ code, text }));
  });
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        text += bytes.toString();
        if (/^ {2}npm exec buf .*\n/m.test(text)) resolve();
      });
    }
    void ended.then(() => reject(new Error(`npm start ended:\n${text}`)));
  });
  return {
    statePath,
    said: () => text,
    stop() {
      const serving = join(statePath, "serving.json");
      if (existsSync(serving)) {
        const { pid } = JSON.parse(readFileSync(serving, "utf8")) as { pid: number };
        process.kill(pid, "SIGTERM");
      }
      return ended;
    },
  };
}
