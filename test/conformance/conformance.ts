/**
 * `npm run conformance`: h2spec against the gateway in the clear, over TLS, and against a bare server of the runtime;
 * writes docs/conformance.md and ends with 1 on a failure that is not known. Takes two minutes.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { currentRuntime, projectFile } from "../../src/runtime/mod.ts";
import { type Authority, haveOpenssl, makeAuthority } from "../support/certificates.ts";
import { type Env, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { startBareServer } from "./bare-server.ts";
import { conformancePage, failing, type Results } from "./conformance-page.ts";
import { type CaseResult, parseReport } from "./h2spec-report.ts";
import { knownFailures } from "./known-failures.ts";

/** Seconds that h2spec waits for a frame: four cases wait in vain, and a busy machine is slow. */
const waitSeconds = 4;
/** How often cases that failed for no known reason are run again. */
const attempts = 3;
/** A run of h2spec takes half a minute; one that hangs is ended, ms. */
const longestMs = 240_000;

const tool = find();
if (tool === undefined) {
  console.error("h2spec is not there: it is built where there is Go (https://go.dev/dl), or put it on PATH");
  process.exit(1);
}
if (!haveOpenssl()) {
  console.error("openssl is not there: it makes the certificate for the run over TLS");
  process.exit(1);
}
// What was started ends with this process: the exit handlers of test/support see to it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
let authority: Authority | undefined;
const repo = makeRepo({ "one.md": "# One\n" });
process.on("exit", () => {
  authority?.remove();
  repo.remove();
});
repo.commit();
authority = makeAuthority();
const { cert, key } = authority.issue("gateway");

const results: Results[] = [
  { server: "in the clear", cases: await gatewayCases({}) },
  { server: "over TLS", cases: await gatewayCases({ KM_TLS_CERT_FILE: cert, KM_TLS_KEY_FILE: key }) },
];
const bare = await startBareServer();
results.push({ server: "bare server of the runtime", cases: await casesOf(bare.port, false) });
bare.stop();

const { name, version } = currentRuntime();
const page = conformancePage(results, knownFailures, { runtime: `${name} ${version}`, tool: toolVersion(tool) });
writeFileSync(projectFile("docs/conformance.md"), page);
for (const { server, cases } of results) {
  const count = (outcome: CaseResult["outcome"]) => cases.filter((one) => one.outcome === outcome).length;
  console.log(`${server}: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
}
const unknown = failing(results).filter((one) => !knownFailures.has(one));
for (const one of unknown) {
  const all = results.flatMap(({ cases }) => cases);
  const { expected, actual } = all.find(({ name: of, outcome }) => of === one && outcome === "failed") as CaseResult;
  console.error(`FAIL ${one}: expected ${expected.join(", or ")}; came ${actual}`);
}
const ran = results.every(({ cases }) => cases.length > 100);
if (!ran) console.error("FAIL h2spec did not run its cases");
console.log("docs/conformance.md is written");
process.exit(unknown.length === 0 && ran ? 0 : 1);

async function gatewayCases(env: Env): Promise<readonly CaseResult[]> {
  const gateway = await startGatewayProcess({ sources: { one: repo.root }, env: { KM_LOG_LEVEL: "error", ...env } });
  const port = Number(gateway.address.slice(gateway.address.lastIndexOf(":") + 1));
  const cases = await settled(port, env["KM_TLS_CERT_FILE"] !== undefined);
  const { code, stderr } = await gateway.stop();
  if (code !== 0) throw new Error(`the gateway ended with ${code}: ${stderr}`);
  return cases;
}

/**
 * Failures without a known reason are run again, some times: most cases send a request beside what they test, the
 * gateway refuses it at once, and when that refusal overtakes the frame that the case waits for, it fails by chance.
 */
async function settled(port: number, tls: boolean): Promise<readonly CaseResult[]> {
  let cases = await casesOf(port, tls);
  for (let more = 0; more < attempts; more++) {
    const doubtful = cases.filter(({ name: of, outcome }) => outcome === "failed" && !knownFailures.has(of));
    if (doubtful.length === 0) break;
    const sections = [...new Set(doubtful.map(({ name: of }) => of.slice(0, of.indexOf(" "))))];
    const repeated = new Map((await casesOf(port, tls, sections)).map((one) => [one.name, one]));
    cases = cases.map((one) => (doubtful.includes(one) ? (repeated.get(one.name) ?? one) : one));
  }
  return cases;
}

/** Runs all cases, or those of sections; h2spec ends with 1 where one fails, and tells which in its report. */
async function casesOf(port: number, tls: boolean, sections: readonly string[] = []): Promise<readonly CaseResult[]> {
  const report = join(temporaryFolder(), "report.xml");
  const path = "/knowledge.v1.SearchService/Search";
  const args = [
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-P",
    path,
    "-o",
    String(waitSeconds),
    "-j",
    report,
    ...sections,
  ];
  const child = spawn(tool as string, tls ? [...args, "-t", "-k"] : args, { stdio: "ignore", timeout: longestMs });
  process.once("exit", () => child.kill());
  await new Promise((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", reject);
  });
  return existsSync(report) ? parseReport(readFileSync(report, "latin1")) : [];
}

function find(): string | undefined {
  const own = projectFile(".tools/bin/h2spec");
  if (existsSync(own)) return own;
  return spawnSync("h2spec", ["--version"]).status === 0 ? "h2spec" : undefined;
}

function toolVersion(path: string): string {
  const built = spawnSync("go", ["version", "-m", path], { encoding: "utf8" }).stdout ?? "";
  return (
    built.match(/\tmod\t\S+\t(v[\d.]+)/)?.[1] ?? spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim()
  );
}
