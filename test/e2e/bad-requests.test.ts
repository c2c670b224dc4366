import { Buffer } from "node:buffer";
import { type ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SearchRequest } from "../../gen/knowledge/v1/search_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 19.

const test = suite("bad requests");
const files = Array.from({ length: 12 }, (_, i) => [
  `docs/tide-${i}.md`,
  `# Tide ${i}\n\nThe water rises at pier ${i}.\n`,
]);
const repo = makeRepo(Object.fromEntries(files));

let gateway: GatewayProcess;
let clients: Clients;
let good: unknown;
const answers = async () =>
  (await clients.search.search({ query: "water at pier" })).hits.map((hit) => [hit.chunkId, hit.score]);
test.before(async () => {
  gateway = await startGatewayProcess({ sources: { harbour: repo.root } });
  clients = gateway.clients();
  await ingest(clients);
  good = await answers();
});
test.after(async () => {
  // Whatever was asked, the index answers as before and the gateway ends in order.
  assert.equal(await answers(), good);
  assert.is((await gateway.stop()).code, 0);
  repo.remove();
});

const search = (request: Partial<SearchRequest>) => clients.search.search({ query: "water", ...request });

async function refused(work: Promise<unknown>, code: Status, says: string | RegExp): Promise<void> {
  let error: ClientError;
  try {
    await work;
  } catch (caught) {
    error = caught as ClientError;
    assert.is(Status[error.code], Status[code], error.message);
    assert.match(error.details, says);
    assert.not.match(error.details, /\n\s+at |[a-z]\.ts:\d/, "a stack trace");
    return;
  }
  assert.unreachable(`was not refused with ${Status[code]}`);
}

test("an empty query names the field", async () => {
  await refused(search({ query: "" }), Status.INVALID_ARGUMENT, "query");
  await refused(search({ query: " \n\t " }), Status.INVALID_ARGUMENT, "query");
});

test("a huge query is refused with its limit, one just within is answered", async () => {
  await refused(search({ query: "x".repeat(16_385) }), Status.INVALID_ARGUMENT, /16[,.]?384/);
  await refused(search({ query: "water ".repeat(2_000_000) }), Status.RESOURCE_EXHAUSTED, /./);
  await search({ query: "water pier ".repeat(1_450) });
  await search({ query: "x".repeat(16_384) });
});

test("binary and hostile queries are words like any other", async () => {
  const queries = [
    "\u0000\u0001\u001b[31m water",
    "\ud800 lone surrogate",
    '" OR 1=1; DROP TABLE chunk; --',
    "NEAR(water pier, 3) AND NOT (water*) ^water {a b}: c",
    "water\u202e\u200b\u2066 pier",
    "((((((((((((((((((((((((((((",
    '"""""""""""',
    "*".repeat(10_000),
    "a".repeat(5_000),
    "é".repeat(4_000),
    "🌊".repeat(4_000),
    "__proto__ constructor toString hasOwnProperty",
    "../../../../etc/passwd",
    "%s%n%25 {{7*7}} $(water) `water`",
  ];
  for (const query of queries) {
    const { hits } = await search({ query });
    assert.ok(hits.length <= 10, query);
  }
});

test("filters that match nothing give an empty page, not an error", async () => {
  for (const filter of [
    { languages: ["cobol"] },
    { pathPrefixes: ["nowhere/"] },
    { pathGlobs: ["**/*.nothing"] },
    { subsystems: ["none"] },
    { tags: ["none"] },
  ]) {
    const { hits, nextPageToken } = await clients.search.search({ query: "water", filter });
    assert.equal([hits, nextPageToken], [[], ""], JSON.stringify(filter));
  }
  await refused(
    clients.search.search({ query: "water", filter: { sources: ["not-there"] } }),
    Status.NOT_FOUND,
    "not-there",
  );
});

test("hostile globs neither hang nor break", async () => {
  for (const glob of ["{".repeat(500), "*".repeat(500), "[".repeat(200), "(a+)+".repeat(100), "!**", "a/../../**"]) {
    await clients.search.search({ query: "water", filter: { pathGlobs: [glob] } }).catch((error: ClientError) => {
      assert.is(Status[error.code], "INVALID_ARGUMENT", glob);
      assert.match(error.details, "path_globs");
    });
  }
});

test("an unknown profile is refused with those there are", async () => {
  await refused(search({ profile: "turbo" }), Status.INVALID_ARGUMENT, /profile.*default/);
});

test("forged and foreign page tokens are refused", async () => {
  const { nextPageToken } = await search({ pageSize: 3 });
  assert.ok(nextPageToken !== "");
  const flipped = `${nextPageToken.slice(0, -2)}${nextPageToken.endsWith("A") ? "B" : "A"}${nextPageToken.at(-1)}`;
  const forged = Buffer.from(JSON.stringify({ after: 0, generation: 1 })).toString("base64url");
  for (const pageToken of ["x", flipped, forged, "A".repeat(100_000), `${nextPageToken}A`, "%00"]) {
    await refused(search({ pageSize: 3, pageToken }), Status.INVALID_ARGUMENT, "page_token");
  }
  await refused(
    search({ query: "another", pageSize: 3, pageToken: nextPageToken }),
    Status.INVALID_ARGUMENT,
    "page_token",
  );
  await refused(clients.audit.listEntries({ pageToken: nextPageToken }), Status.INVALID_ARGUMENT, "page_token");
  assert.is((await search({ pageSize: 3, pageToken: nextPageToken })).hits.length, 3, "the real one goes on");
});

test("sizes out of range", async () => {
  await refused(search({ pageSize: -1 }), Status.INVALID_ARGUMENT, "page_size");
  assert.ok((await search({ pageSize: 100_000 })).hits.length <= 50);
});

test("paths outside what is indexed are not found", async () => {
  for (const path of ["../../../etc/passwd", "/etc/passwd", "docs/../../x"]) {
    await refused(clients.search.getArtifact({ source: "harbour", path }), Status.INVALID_ARGUMENT, "path");
  }
  const inside = clients.search.getArtifact({ source: "harbour", path: ".git/config" });
  await refused(inside, Status.NOT_FOUND, /./);
  await refused(clients.ingest.startIngest({ sources: ["/etc"] }), Status.NOT_FOUND, "/etc");
  await refused(clients.ingest.getIngestRun({ runId: "no-such-run" }), Status.NOT_FOUND, "run");
});

test("a generation that is not there yet is a precondition", async () => {
  await refused(
    clients.search.search({ query: "water", minGeneration: { harbour: 9_999_999_999_999 } }),
    Status.FAILED_PRECONDITION,
    "harbour",
  );
});

test.run();
