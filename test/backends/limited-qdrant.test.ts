import { suite } from "uvu";
import { limitedViews } from "../support/limited-views.ts";
import { officialCheck, type QdrantServer, startQdrantServer } from "../support/qdrant-server/mod.ts";
import { useSeed } from "../support/use-seed.ts";

const test = suite("a token limited to sources, on Qdrant");

useSeed();
let server: QdrantServer;
test.before(async () => {
  server = await startQdrantServer({ check: officialCheck() });
});
test.after(() => server.close());
limitedViews(test, (name) => ({ KM_CHUNK_INDEX: "qdrant", KM_QDRANT_URL: server.url, KM_QDRANT_PREFIX: name }), 20);
test.run();
