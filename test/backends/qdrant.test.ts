import { randomUUID } from "node:crypto";
import process from "node:process";
import { QdrantClient } from "@qdrant/js-client-rest";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  chunksOf,
  contractFingerprint,
  never,
  query,
  record,
  textsFound,
  vectorOf,
  words,
  write,
} from "../contract/chunk-corpus.ts";
import { chunkIndexContract } from "../contract/chunk-index.ts";
import { putChunks } from "../support/put-chunks.ts";
import { officialCheck, type QdrantServer, startQdrantServer, testIndex } from "../support/qdrant-server/mod.ts";

// Of the twenty checks: 16, 19.

const check = officialCheck();

const servers: QdrantServer[] = [];
chunkIndexContract(
  `Qdrant's contract server, ${check ? "held to the official description" : "UNCHECKED"}`,
  async () => {
    const server = await startQdrantServer({ check });
    servers.push(server);
    const index = testIndex(server.url);
    return { ...bound(index), close: () => index.close().then(() => server.close()) };
  },
);

/** The methods apart from their object, so that one can be replaced. */
function bound(index: ReturnType<typeof testIndex>): ReturnType<typeof testIndex> {
  const methods = [
    "ready",
    "search",
    "passages",
    "file",
    "files",
    "count",
    "room",
    "begin",
    "sweep",
    "close",
    "trouble",
  ];
  return Object.fromEntries(
    methods.map((name) => [name, (index[name as "ready"] as () => Promise<void>).bind(index)]),
  ) as unknown as ReturnType<typeof testIndex>;
}

const exchanges = suite("exchanges with Qdrant");

exchanges("each request and each answer is what the official description says", () => {
  if (!check) return;
  assert.equal([...new Set(servers.flatMap(({ violations }) => violations))], []);
  const seen = servers.reduce((sum, server) => sum + server.exchanges.length, 0);
  assert.ok(seen > 500, `${seen} exchanges were held to it`);
});

exchanges("every field that is filtered by has an index", () => {
  const without = servers.flatMap(({ collections }) =>
    [...collections.values()].flatMap(({ unindexed }) => [...unindexed]),
  );
  assert.equal([...new Set(without)], []);
});

exchanges("nothing is ever dropped, and every write waits until it is done", () => {
  const all = servers.flatMap((server) => server.exchanges);
  assert.not.ok(all.some(({ method }) => method === "DELETE"));
});

exchanges("both candidate lists of a search come from one exchange", () => {
  const batches = servers.flatMap((server) => server.exchanges).filter(({ path }) => path.endsWith("/query/batch"));
  const sizes = batches.map(({ body }) => (body as { searches: unknown[] }).searches.length);
  assert.ok(sizes.includes(2));
});

exchanges("ties longer than what the engine is first asked for are broken by chunk id", async () => {
  const server = await startQdrantServer({ check });
  const index = testIndex(server.url);
  // Paths without words, so that every row scores the same.
  const file = { path: "_/_", texts: Array.from({ length: 1_300 }, () => "alpha beta") };
  await write(index, "a", 0, 1, [file]);
  const ids = chunksOf("a", file)
    .map(({ chunkId }) => chunkId)
    .sort();
  const asked = { terms: words("beta"), vector: vectorOf("alpha beta"), offset: 5, limit: 20 };
  const { candidates } = await index.search(query("a", 1, asked), never);
  assert.equal(
    candidates.map(({ chunkId }) => chunkId),
    ids.slice(5, 25),
  );
  assert.ok(candidates.every(({ lexicalRank, vectorRank }, at) => lexicalRank === at + 6 && vectorRank === at + 6));
  await index.close();
  await server.close();
  assert.equal(server.violations, []);
});

exchanges(
  "a gateway that was left behind takes back its own generation, not the one that another serves by now",
  async () => {
    const server = await startQdrantServer({ check });
    const [left, other] = [testIndex(server.url), testIndex(server.url)];
    await write(left, "a", 0, 1, [
      { path: "changed.ts", texts: ["at first"] },
      { path: "same.ts", texts: ["stays"] },
    ]);
    const late = async (generation: number) => {
      const writer = await left.begin("a", 1, generation, contractFingerprint, never);
      return async () => {
        const chunks = chunksOf("a", { path: "changed.ts", texts: ["of the late one"] });
        await putChunks(writer, record("changed.ts", { chunks: 1 }), chunks, [], never);
        // What is known is asked of the server, so that what was put is there before.
        await writer.known(["0".repeat(32)], never);
        await writer.abort();
      };
    };
    const goOn = await late(2);
    await write(other, "a", 1, 3, [{ path: "changed.ts", texts: ["of the other"] }]);
    await goOn();
    const all = query("a", 3, { vector: vectorOf("of the other"), limit: 10 });
    assert.equal((await textsFound(other, all)).sort(), ["of the other", "stays"]);
    assert.is((await other.count({ source: "a", generation: 3 }, never)).chunks, 2);
    for (const index of [left, other]) await index.close();
    await server.close();
    assert.equal(server.violations, []);
  },
);

exchanges.run();

const realUrl = process.env["KM_TEST_QDRANT_URL"];
if (realUrl) {
  const apiKey = process.env["KM_TEST_QDRANT_API_KEY"] || undefined;
  chunkIndexContract(`the Qdrant server at ${new URL(realUrl).host}`, async () => {
    const prefix = `test_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
    const index = testIndex(realUrl, { prefix, apiKey });
    return {
      ...bound(index),
      async close() {
        await index.close();
        const client = new QdrantClient({ url: realUrl, ...(apiKey ? { apiKey } : {}), checkCompatibility: false });
        for (const { name } of (await client.getCollections()).collections) {
          if (name.startsWith(`${prefix}-`)) await client.deleteCollection(name);
        }
      },
    };
  });
} else {
  process.stdout.write("\n*** KM_TEST_QDRANT_URL is not set: NOTHING was run against a real Qdrant server ***\n\n");
}
