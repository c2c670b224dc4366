import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { Policy, Scope } from "../../gen/knowledge/v1/policy.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { loadPolicies } from "../../src/edge/mod.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { adminToken, readerToken, startEdge } from "../support/edge-harness.ts";
import { frame, rawCall, rawSession } from "../support/edge-raw-call.ts";

const test = suite("edge: policy");

const definitions = [SearchServiceDefinition, GraphServiceDefinition, IngestServiceDefinition, AuditServiceDefinition];

interface GeneratedMethod {
  readonly name: string;
  readonly options: { readonly _unknownFields?: Readonly<Record<number, readonly Uint8Array[]>> };
}

/** (policy) is field 50001: its key with wire type 2 is 400010. The bytes begin with their length. */
function generatedPolicy({ options }: GeneratedMethod): Policy {
  const [bytes] = options._unknownFields?.[400010] ?? [];
  return Policy.decode(new BinaryReader(bytes!).bytes());
}

test("the .proto files and the generated code agree on every method", async () => {
  const policies = await loadPolicies();
  let seen = 0;
  for (const { fullName, methods } of definitions) {
    for (const method of Object.values(methods) as GeneratedMethod[]) {
      const { scope, cost, audited } = generatedPolicy(method);
      const loaded = policies.get(`/${fullName}/${method.name}`);
      assert.is(loaded?.scope, scope === Scope.SCOPE_MAINTAINER ? "maintainer" : "reader", method.name);
      assert.is(loaded?.cost, cost, method.name);
      assert.is(loaded?.audited, audited, method.name);
      seen += 1;
    }
  }
  assert.is(seen, policies.size);
  assert.ok(seen > 20);
});

async function contractWith(service: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "edge-policy-"));
  await mkdir(join(root, "knowledge/v1"), { recursive: true });
  const policy = await import("node:fs/promises").then((fs) =>
    fs.readFile(projectFile("proto/knowledge/v1/policy.proto")),
  );
  await writeFile(join(root, "knowledge/v1/policy.proto"), policy);
  await writeFile(
    join(root, "knowledge/v1/s.proto"),
    `syntax = "proto3"; package knowledge.v1; import "knowledge/v1/policy.proto"; message M {} ${service}`,
  );
  return `${root}/`;
}

const lacking: readonly (readonly [name: string, service: string, method: string])[] = [
  ["no policy", "service SearchService { rpc A(M) returns (M); }", "/knowledge.v1.SearchService/A"],
  ["no scope", "service SearchService { rpc B(M) returns (M) { option (policy) = {cost: 1}; } }", "SearchService/B"],
  [
    "no cost",
    "service SearchService { rpc C(M) returns (M) { option (policy) = {scope: SCOPE_READER}; } }",
    "SearchService/C",
  ],
  [
    "an unset scope",
    "service SearchService { rpc D(M) returns (M) { option (policy) = {scope: SCOPE_UNSPECIFIED, cost: 1}; } }",
    "SearchService/D",
  ],
  [
    "a service without a pool",
    "service NewService { rpc E(M) returns (M) { option (policy) = {scope: SCOPE_READER, cost: 1}; } }",
    "NewService/E",
  ],
];

for (const [name, service, method] of lacking) {
  test(`a method with ${name} stops the start, by name`, async () => {
    const root = await contractWith(service);
    try {
      await loadPolicies(root);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, method);
    } finally {
      await rm(root, { recursive: true });
    }
  });
}

test("every method answers as its policy says, for no token, a reader's and a maintainer's", async () => {
  const edge = await startEdge();
  const policies = await loadPolicies();
  const session = rawSession(edge.port);
  try {
    for (const [path, policy] of policies) {
      const status = async (token: string | undefined) => {
        const call = rawCall(session, path, token === undefined ? {} : { authorization: `Bearer ${token}` });
        call.write(frame(new Uint8Array()));
        call.end();
        return (await call.answer).status;
      };
      assert.is(await status(undefined), 16, path);
      assert.is(await status(readerToken), policy.scope === "reader" ? 12 : 7, path);
      assert.is(await status(adminToken), 12, path);
    }
    const forbidden = [...policies.values()].filter((policy) => policy.scope === "maintainer").length;
    assert.is(edge.telemetry.counts.get('km_auth_refusals_total{"reason":"scope"}'), forbidden);
  } finally {
    session.destroy();
    await edge.close();
  }
});

test.run();
