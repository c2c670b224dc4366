import { suite } from "uvu";
import * as assert from "uvu/assert";
import { anyone, type Bench, bench, faultOf, type Sample } from "./fixture.ts";

const paging = suite("search: pages");

/** More passages than two batches of candidates hold, most of them in a few files. */
function many(): Sample[] {
  const samples: Sample[] = [];
  for (let file = 0; file < 60; file++) {
    const count = file < 3 ? 150 : 10;
    const texts = Array.from({ length: count }, (_, at) => `bucket ${"token ".repeat(at % 7)}part${file} row${at}\n`);
    samples.push({ path: `f${file}.ts`, texts });
  }
  return samples;
}

async function everyPage(made: Bench, query: string, sizes: readonly number[]): Promise<string[][]> {
  const pages: string[][] = [];
  let pageToken = "";
  do {
    const pageSize = sizes[pages.length % sizes.length] as number;
    const reply = await made.search({ query, pageSize, pageToken });
    pages.push(reply.hits.map(({ chunkId }) => chunkId));
    if (reply.nextPageToken !== "") assert.is(reply.hits.length, pageSize, "only the last page may be short");
    pageToken = reply.nextPageToken;
  } while (pageToken !== "");
  return pages;
}

paging("reach every matching passage once, whatever their sizes, across batches", async () => {
  const made = bench();
  await made.index("a", many());
  const fifties = (await everyPage(made, "bucket token", [50])).flat();
  assert.is(fifties.length, 3 * 150 + 57 * 10);
  assert.is(new Set(fifties).size, fifties.length);
  const mixed = (await everyPage(made, "bucket token", [7, 50, 23])).flat();
  assert.equal(mixed, fifties);
});

paging("a file gets three places of ten while others remain, and the page stays full", async () => {
  const made = bench();
  const crowd = Array.from({ length: 40 }, (_, at) => `bucket bucket token token row${at}\n`);
  const others = Array.from(
    { length: 9 },
    (_, at): Sample => ({ path: `o${at}.ts`, texts: ["a bucket, far away from it all\n"] }),
  );
  await made.index("a", [{ path: "bucket-token.ts", texts: crowd }, ...others]);
  const { hits } = await made.search({ query: "bucket token" });
  assert.is(hits.length, 10);
  assert.is(hits.filter(({ artifact }) => artifact?.path === "bucket-token.ts").length, 3);
  await made.index("a", [{ path: "bucket-token.ts", texts: crowd }]);
  assert.is((await made.search({ query: "bucket token" })).hits.length, 10);
});

paging("page sizes: the default, the cap, and a negative one", async () => {
  const made = bench();
  await made.index("a", many());
  assert.is((await made.search({ query: "bucket" })).hits.length, 10);
  assert.is((await made.search({ query: "bucket", pageSize: 500 })).hits.length, 50);
  const fault = await faultOf(made.search({ query: "bucket", pageSize: -1 }));
  assert.equal([fault.code, fault.field], ["invalid", "page_size"]);
});

paging("stay in their generation while it is kept, and end with GENERATION_EXPIRED after", async () => {
  const made = bench();
  await made.index("a", many());
  const first = await made.search({ query: "bucket token" });
  await made.clock.advance(1_000);
  await made.index("a", [{ path: "new.ts", texts: ["bucket token\n"] }]);
  const second = await made.search({ query: "bucket token", pageToken: first.nextPageToken });
  assert.is(second.hits.length, 10);
  assert.is(second.revisions[0]?.generation, first.revisions[0]?.generation);
  await made.clock.advance(3_600_000);
  const fault = await faultOf(made.search({ query: "bucket token", pageToken: first.nextPageToken }));
  assert.equal([fault.code, fault.reason], ["conflict", "GENERATION_EXPIRED"]);
});

paging("a token of another query, principal or making is refused", async () => {
  const made = bench();
  await made.index("a", many());
  const { nextPageToken: pageToken } = await made.search({ query: "bucket token" });
  const wrong: readonly (() => Promise<unknown>)[] = [
    () => made.search({ query: "bucket", pageToken }),
    () => made.search({ query: "bucket token", explain: true, pageToken }),
    () => made.search({ query: "bucket token", pageToken }, { ...anyone, tokenId: "other" }),
    () => made.search({ query: "bucket token", pageToken: `${pageToken}A` }),
    () => made.search({ query: "bucket token", pageToken: "0" }),
  ];
  for (const work of wrong) {
    const fault = await faultOf(work());
    assert.equal([fault.code, fault.field], ["invalid", "page_token"]);
  }
});

paging.run();
