import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";

/** Versions that the suite was last seen to pass with. */
const grpcio = "1.85.1";
const grpcurl = "v1.9.3";

const tools = projectFile(".tools");

function works(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", env });
  if (status !== 0 && error === undefined) console.error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
  return status === 0;
}

/** A Python with grpcio and grpcio-tools: the one at hand if it has them, else an environment in `.tools`. */
export function findPython(): string | undefined {
  const asks = ["-c", "import grpc, grpc_tools"];
  const own = join(tools, "python/bin/python");
  for (const python of [own, "python3"]) {
    if (spawnSync(python, asks).status === 0) return python;
  }
  if (spawnSync("python3", ["--version"]).status !== 0) return undefined;
  console.error(`fetching grpcio ${grpcio} into .tools/python …`);
  const made =
    works("python3", ["-m", "venv", join(tools, "python")]) &&
    works(own, ["-m", "pip", "install", "--quiet", `grpcio==${grpcio}`, `grpcio-tools==${grpcio}`]);
  return made ? own : undefined;
}

/** grpcurl: the one on PATH, else built into `.tools` where there is Go. */
export function findGrpcurl(): string | undefined {
  const own = join(tools, "bin/grpcurl");
  if (existsSync(own)) return own;
  if (spawnSync("grpcurl", ["--version"]).status === 0) return "grpcurl";
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  console.error(`building grpcurl ${grpcurl} into .tools/bin …`);
  const env = { ...process.env, GOBIN: join(tools, "bin") };
  return works("go", ["install", `github.com/fullstorydev/grpcurl/cmd/grpcurl@${grpcurl}`], env) ? own : undefined;
}

/** Versions of the generators of Go stubs that the suite was last seen to pass with. */
const goPlugins = [
  ["protoc-gen-go", "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.10"],
  ["protoc-gen-go-grpc", "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1"],
] as const;

/** A PATH with Go and the generators of its stubs, which are built into `.tools` where there is Go. */
export function findGo(): string | undefined {
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const bin = join(tools, "bin");
  for (const [name, from] of goPlugins) {
    if (existsSync(join(bin, name))) continue;
    console.error(`building ${name} into .tools/bin …`);
    if (!works("go", ["install", from], { ...process.env, GOBIN: bin })) return undefined;
  }
  return `${bin}:${process.env["PATH"]}`;
}

export const buf = projectFile("node_modules/.bin/buf");
