import { type ClientError, createClientFactory, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FileDescriptorProto } from "../../gen/google/protobuf/descriptor.ts";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionDefinition as V1,
} from "../../gen/grpc/reflection/v1/reflection.ts";
import { ServerReflectionDefinition as V1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection.ts";
import { type Harness, metadata, readerToken, startEdge } from "../support/edge-harness.ts";

const test = suite("edge: reflection");

type Answer = NonNullable<ServerReflectionResponse["messageResponse"]>;

/** The value of an answer of the kind that was asked for. */
function value<K extends Answer["$case"]>(
  answer: ServerReflectionResponse | undefined,
  kind: K,
): Extract<Answer, { $case: K }>["value"] {
  const response = answer?.messageResponse;
  assert.is(response?.$case, kind);
  return response?.value as never;
}

type Asked = NonNullable<ServerReflectionRequest["messageRequest"]>;

/** Asks in one stream, and returns the answers. */
async function ask(edge: Harness, definition: typeof V1, asked: readonly Asked[], token?: string) {
  const client = createClientFactory().create(definition, edge.channel());
  const requests = (async function* () {
    for (const messageRequest of asked) yield { host: "h", messageRequest };
  })();
  const answers = [];
  for await (const answer of client.serverReflectionInfo(requests, { metadata: metadata(token) })) answers.push(answer);
  return answers;
}

const listed = [
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "knowledge.v1.AuditService",
  "knowledge.v1.GraphService",
  "knowledge.v1.IngestService",
  "knowledge.v1.SearchService",
];

for (const [version, definition] of [
  ["v1", V1],
  ["v1alpha", V1Alpha as unknown as typeof V1],
] as const) {
  test(`${version} lists every service, and gives for each a whole set of files that holds it`, async () => {
    const edge = await startEdge();
    try {
      const [list] = await ask(edge, definition, [{ $case: "listServices", value: "" }]);
      const names = value(list, "listServicesResponse").service.map((each) => each.name);
      assert.equal(names, listed);
      for (const name of names) {
        const [answer] = await ask(edge, definition, [{ $case: "fileContainingSymbol", value: name }]);
        const { fileDescriptorProto } = value(answer, "fileDescriptorResponse");
        const files = fileDescriptorProto.map((bytes) => FileDescriptorProto.decode(bytes));
        const own = files[0]!;
        assert.ok(
          own.service?.some((service) => `${own.package}.${service.name}` === name),
          name,
        );
        const there = new Set(files.map((file) => file.name));
        for (const file of files) for (const needed of file.dependency ?? []) assert.ok(there.has(needed), needed);
      }
    } finally {
      await edge.close();
    }
  });
}

test("files are found by name, symbol, method, field, nested name and extension; a stream sends a file once", async () => {
  const edge = await startEdge();
  try {
    const answers = await ask(edge, V1, [
      { $case: "fileByFilename", value: "knowledge/v1/search_service.proto" },
      { $case: "fileByFilename", value: "knowledge/v1/graph_service.proto" },
      { $case: "fileContainingSymbol", value: "knowledge.v1.SearchService.Search" },
      { $case: "fileContainingSymbol", value: "knowledge.v1.SearchRequest.query" },
      { $case: "fileContainingSymbol", value: "knowledge.v1.policy" },
      {
        $case: "fileContainingExtension",
        value: { containingType: "google.protobuf.MethodOptions", extensionNumber: 50_001 },
      },
      { $case: "allExtensionNumbersOfType", value: "google.protobuf.MethodOptions" },
      { $case: "fileContainingSymbol", value: "knowledge.v1.Nothing" },
      { $case: "fileByFilename", value: "../../etc/passwd" },
      { $case: "allExtensionNumbersOfType", value: "no.Type" },
    ]);
    const files = answers
      .slice(0, 6)
      .map((answer) =>
        value(answer, "fileDescriptorResponse").fileDescriptorProto.map(
          (bytes) => FileDescriptorProto.decode(bytes).name,
        ),
      );
    assert.is(files[0]?.[0], "knowledge/v1/search_service.proto");
    assert.ok(files[0]?.includes("google/protobuf/descriptor.proto"));
    assert.is(files[1]?.[0], "knowledge/v1/graph_service.proto");
    assert.not.ok(files[1]?.includes("google/protobuf/descriptor.proto"), "sent before");
    assert.equal(files.slice(2), [
      ["knowledge/v1/search_service.proto"],
      ["knowledge/v1/search_service.proto"],
      ["knowledge/v1/policy.proto"],
      ["knowledge/v1/policy.proto"],
    ]);
    assert.equal(value(answers[6], "allExtensionNumbersResponse").extensionNumber, [50_001]);
    for (const answer of answers.slice(7)) {
      assert.is(value(answer, "errorResponse").errorCode, Status.NOT_FOUND);
    }
  } finally {
    await edge.close();
  }
});

async function codeOf(asking: Promise<unknown>): Promise<number> {
  try {
    await asking;
    return Status.OK;
  } catch (error) {
    return (error as ClientError).code;
  }
}

const list: Asked = { $case: "listServices", value: "" };

test("in mode token any valid token is needed, in mode off there is no such service", async () => {
  const guarded = await startEdge({ reflection: "token" });
  try {
    assert.is(await codeOf(ask(guarded, V1, [list])), Status.UNAUTHENTICATED);
    assert.is(await codeOf(ask(guarded, V1, [list], readerToken)), Status.OK);
  } finally {
    await guarded.close();
  }
  const off = await startEdge({ reflection: "off" });
  try {
    assert.is(await codeOf(ask(off, V1, [list], readerToken)), Status.UNIMPLEMENTED);
  } finally {
    await off.close();
  }
});

test.run();
