import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openTokenDesk } from "../../src/cli/token-desk.ts";
import { readConfig } from "../../src/config/mod.ts";
import { loadPolicies } from "../../src/edge/mod.ts";
import { type Gateway, startGateway } from "../../src/main.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import {
  accessTable,
  type Caller,
  type Cell,
  callers,
  describedMethods,
  type MethodRow,
  rawClient,
  tryCall,
} from "../support/access-matrix.ts";
import { temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 6.

const test = suite("who may call what: every method, every caller");

const never = new AbortController().signal;
const day = 86_400_000;
const page = projectFile("docs/access.md");
const marks = ["<!-- generated: the matrix -->", "<!-- end of what is generated -->"] as const;

/** Methods that see everything: a token limited to sources is refused, whatever its scope. */
const seesAll = new Set([
  "/knowledge.v1.AuditService/VerifyLedger",
  "/knowledge.v1.GraphService/QueryCypher",
  "/knowledge.v1.IngestService/TriggerSchedule",
  "/knowledge.v1.IngestService/PauseSchedule",
  "/knowledge.v1.IngestService/ResumeSchedule",
]);

/**
 * What this gateway, with everything embedded, has no handler for: the one list of it. A method that is promised and
 * not built yet belongs here too.
 */
const notServed = new Set([
  "/knowledge.v1.GraphService/QueryCypher", // needs the graph on Neo4j
]);

const repo = makeRepo({ "one.md": "# One\n\nA page.\n" });
repo.commit();
let gateway: Gateway;
let bearers: ReadonlyMap<Caller, string | undefined>;
const observed = new Map<string, Cell[]>();

test.before(async () => {
  const config = readConfig({
    PATH: process.env["PATH"],
    KM_STATE_PATH: temporaryFolder(),
    KM_SOURCES: `mine=${repo.root},other=${repo.root}`,
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_REFLECTION: "token",
    KM_INGEST_ON_START: "off",
    KM_LOG_LEVEL: "silent",
    // More wrong tokens come from this one address than from anyone in earnest.
    KM_AUTH_FAILURES: "0",
    KM_RATE_LIMIT_REQUESTS: "100000",
    KM_RATE_LIMIT_MANAGE_REQUESTS: "100000",
  });
  const desk = await openTokenDesk(config, never);
  const issue = async (scope: "reader" | "maintainer", sources?: string[], lifetimeMs: number | undefined = day) =>
    (await desk.issue({ name: "one of the matrix", scope, sources, quotaClass: "default", lifetimeMs })).text;
  const revoked = await desk.issue({
    name: "revoked",
    scope: "maintainer",
    sources: undefined,
    quotaClass: "default",
    lifetimeMs: undefined,
  });
  await desk.revoke(revoked.token.id);
  bearers = new Map<Caller, string | undefined>([
    ["none", undefined],
    ["malformed", "Bearer not a token"],
    ["unknown", `Bearer kg_${"a".repeat(12)}_${"A".repeat(43)}`],
    ["expired", `Bearer ${await issue("maintainer", undefined, -1)}`],
    ["revoked", `Bearer ${revoked.text}`],
    ["reader", `Bearer ${await issue("reader")}`],
    ["limited reader", `Bearer ${await issue("reader", ["mine"])}`],
    ["maintainer", `Bearer ${await issue("maintainer")}`],
    ["limited maintainer", `Bearer ${await issue("maintainer", ["mine"])}`],
  ]);
  await desk.close();
  gateway = await startGateway(config);
});

test.after(async () => {
  await gateway.stop({ lameDuck: false });
  repo.remove();
});

const policies = await loadPolicies();

function expected({ path, service }: MethodRow, caller: Caller): Cell {
  if (service.startsWith("grpc.health.")) return "yes";
  if (["none", "malformed", "unknown", "expired", "revoked"].includes(caller)) return "UNAUTHENTICATED";
  const limited = caller.startsWith("limited");
  if (policies.get(path)?.scope === "maintainer" && caller.endsWith("reader")) return "PERMISSION_DENIED";
  if (limited && seesAll.has(path)) return "PERMISSION_DENIED";
  return notServed.has(path) ? "UNIMPLEMENTED" : "yes";
}

for (const row of describedMethods()) {
  test(`${row.path.slice(1)}`, async () => {
    const client = rawClient(gateway.address);
    try {
      // The callers at once: two tails of a second and a half each, then, and not nine.
      const cells = await Promise.all(callers.map((caller) => tryCall(client, row, bearers.get(caller))));
      observed.set(row.path, cells);
      for (const [i, caller] of callers.entries()) {
        assert.is(cells[i], expected(row, caller), caller);
      }
    } finally {
      client.close();
    }
  });
}

test("docs/access.md says so (KM_TEST_UPDATE=1 writes it anew)", () => {
  const text = readFileSync(page, "utf8");
  const [before, rest = ""] = text.split(marks[0]);
  const after = rest.split(marks[1])[1] ?? "";
  const table = accessTable(new Map(describedMethods().map((row) => [row.path, callers.map((c) => expected(row, c))])));
  const wanted = `${before}${marks[0]}\n\n${table}\n\n${marks[1]}${after}`;
  if (process.env["KM_TEST_UPDATE"] === "1") writeFileSync(page, wanted);
  assert.fixture(readFileSync(page, "utf8"), wanted);
});

test.run();
