import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GetLifecycleResponse } from "../../gen/knowledge/v1/ingest_service.ts";
import { lifecycleText } from "../../src/cli/lifecycle.ts";
import { readLifecycle } from "../../src/cli/read-lifecycle.ts";

const test = suite("gateway lifecycle");
const now = new Date(Date.UTC(2026, 0, 30));

test("tells each part with its count, or that there is none", () => {
  const report = GetLifecycleResponse.fromPartial({
    revision: { source: "shop", commit: "0123456789abcdef0123" },
    staleDocs: [
      {
        path: "docs/cart.md",
        docUpdatedAt: new Date(Date.UTC(2026, 0, 10)),
        changedPaths: ["a.ts", "b.ts", "c.ts", "d.ts", "e.ts"],
      },
    ],
    orphanNodeIds: ["symbol:shop/a.ts#x", "symbol:shop/a.ts#\u202ey"],
  });
  assert.is(
    lifecycleText(report, 30, now),
    [
      "shop at commit 0123456789ab",
      "",
      "documents older than what they describe: 1",
      "  document      written      what changed since",
      "  docs/cart.md  20 days ago  a.ts, b.ts, c.ts and 2 more",
      "",
      "subsystems with code and no tests: none",
      "",
      "files that the last change removed: none",
      "",
      "symbols and documents that nothing refers to: 2",
      "  symbol:shop/a.ts#x",
      "  symbol:shop/a.ts#\\u{202e}y",
    ].join("\n"),
  );
});

test("says that there are more than were asked for, here or at the gateway", () => {
  const many = GetLifecycleResponse.fromPartial({ orphanNodeIds: ["one", "two"] });
  const more = /nothing refers to\n {2}one\n {2}… there are more: -n shows more$/;
  assert.match(lifecycleText(many, 1, now), more);
  const cut = GetLifecycleResponse.fromPartial({ orphanNodeIds: ["one"], nextPageToken: "next" });
  assert.match(lifecycleText(cut, 30, now), more);
});

test("reads page after page until there are enough orphans, and leaves the token that goes on", async () => {
  const pages = [
    { staleDocs: [{ path: "a.md" }], nextPageToken: "1" },
    { subsystemsWithoutTests: ["x"], orphanNodeIds: ["one"], nextPageToken: "2" },
    { orphanNodeIds: ["two"], nextPageToken: "3" },
    { orphanNodeIds: ["three"] },
  ].map((page) => GetLifecycleResponse.fromPartial(page));
  const asked: unknown[] = [];
  const getLifecycle = async ({ pageToken = "" }: { readonly pageToken?: string }) => {
    asked.push(pageToken);
    return structuredClone(pages[Number(pageToken)]!);
  };
  const clients = { ingest: { getLifecycle } } as never;
  const never = new AbortController().signal;
  const some = await readLifecycle(clients, "shop", 2, never);
  assert.equal(
    [some.staleDocs.length, some.subsystemsWithoutTests, some.orphanNodeIds, some.nextPageToken],
    [1, ["x"], ["one", "two"], "3"],
  );
  assert.equal(asked, ["", "1", "2"]);
  assert.equal((await readLifecycle(clients, "shop", 100, never)).orphanNodeIds, ["one", "two", "three"]);
});

test.run();
