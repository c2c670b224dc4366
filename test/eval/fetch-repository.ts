import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { PinnedRepository } from "./repositories.ts";

const run = promisify(execFile);
/** Registries answer slowly at times; a client that hangs longer than this is given up on. */
const limitMs = 240_000;

/**
 * Gets a pinned package with its registry's own client and unpacks it to `cache/name`; a later call finds it there.
 * @returns the package's top folder. @throws when the client is missing or the registry says no.
 */
export async function fetchRepository(repository: PinnedRepository, cache: string): Promise<string> {
  const target = join(cache, repository.name);
  if (await exists(target)) return target;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), "eval-fetch-"));
  try {
    const top = await getters[repository.from](repository.spec, work);
    const staged = `${target}.${process.pid}`;
    await rm(staged, { recursive: true, force: true });
    await cp(top, staged, { recursive: true });
    await rename(staged, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => {});
  }
}

type Getter = (spec: string, work: string) => Promise<string>;

const getters: Readonly<Record<PinnedRepository["from"], Getter>> = { npm, pypi, go, crates, maven };

async function npm(spec: string, work: string): Promise<string> {
  await client("npm", ["pack", spec, "--ignore-scripts", "--silent"], work);
  await client("tar", ["xzf", await only(work, ".tgz")], work);
  return join(work, "package");
}

/** pip prepares a source distribution's metadata even when it only downloads; C extensions are not wanted for that. */
const withoutExtensions = { ...process.env, AIOHTTP_NO_EXTENSIONS: "1" };

async function pypi(spec: string, work: string): Promise<string> {
  const args = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", ".", spec];
  await run("python3", args, { cwd: work, timeout: limitMs, env: withoutExtensions });
  const archive = await only(work, ".tar.gz");
  await client("tar", ["xzf", archive], work);
  return join(work, archive.slice(0, -".tar.gz".length));
}

async function go(spec: string, work: string): Promise<string> {
  const { stdout } = await client("go", ["mod", "download", "-json", spec], work);
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const copy = join(work, "module");
  // The module cache is read-only; a copy that can't be deleted again would stay for ever.
  await cp(Dir, copy, { recursive: true });
  await client("chmod", ["-R", "u+w", copy], work);
  return copy;
}

async function crates(spec: string, work: string): Promise<string> {
  const [name, version] = spec.split("@") as [string, string];
  await mkdir(join(work, "src"));
  await writeFile(join(work, "src/lib.rs"), "");
  const manifest = `[package]\nname = "holder"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`;
  await writeFile(join(work, "Cargo.toml"), manifest);
  await client("cargo", ["vendor", "--quiet", "vendor"], work);
  return join(work, "vendor", name);
}

async function maven(spec: string, work: string): Promise<string> {
  const artifact = `-Dartifact=${spec}:jar:sources`;
  const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";
  await client("mvn", ["-q", "-B", `${plugin}:get`, artifact, "-Dtransitive=false"], work);
  await client("mvn", ["-q", "-B", `${plugin}:copy`, artifact, `-DoutputDirectory=${work}`], work);
  const out = join(work, "sources");
  await mkdir(out);
  await client("unzip", ["-q", join(work, await only(work, ".jar")), "-d", out], work);
  return out;
}

async function client(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  return run(command, [...args], { cwd, timeout: limitMs, maxBuffer: 64 * 1024 * 1024 });
}

async function only(folder: string, suffix: string): Promise<string> {
  const found = (await readdir(folder)).find((name) => name.endsWith(suffix));
  if (found === undefined) throw new Error(`the registry's client left no ${suffix} file`);
  return found;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
