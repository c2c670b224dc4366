import { suite } from "uvu";
import * as assert from "uvu/assert";
import { artifactLines } from "../../../src/services/search/reply/artifact-lines.ts";
import { anyone, bench, faultOf, fileOf } from "./fixture.ts";

const artifact = suite("get artifact");

const sample = {
  path: "src/a b.ts",
  texts: ["one\ntwo\n", "three\r\nfour\n", "five 🪣"],
  defines: [["first"], [], ["last"]],
  facts: { redacted: [{ start: 4, end: 4 }] },
};

artifact("gives the whole file, joined from its passages, with symbols, passages and revision", async () => {
  const made = bench();
  const revision = await made.index("a", [sample]);
  const reply = await made.artifact({ source: "a", path: "src/a b.ts" });
  assert.is(reply.content, sample.texts.join(""));
  assert.equal(reply.lines, { start: 1, end: 5 });
  assert.is(reply.totalLines, 5);
  assert.equal(
    reply.symbols.map(({ name }) => name),
    ["first", "last"],
  );
  assert.equal(
    reply.chunks.map(({ lines }) => lines),
    [
      { start: 1, end: 2 },
      { start: 3, end: 4 },
      { start: 5, end: 5 },
    ],
  );
  assert.equal(reply.redacted, [{ start: 4, end: 4 }]);
  assert.is(reply.revision?.generation, revision.generation);
  assert.is(reply.truncated, false);
});

artifact("gives lines, to the end when no end is named, and no further than the end", async () => {
  const made = bench();
  await made.index("a", [sample]);
  const lines = async (start: number, end: number) =>
    (await made.artifact({ source: "a", path: "src/a b.ts", lines: { start, end } })).content;
  assert.is(await lines(2, 3), "two\nthree\r\n");
  assert.is(await lines(4, 0), "four\nfive 🪣");
  assert.is(await lines(5, 900), "five 🪣");
  for (const [start, end] of [
    [0, 2],
    [3, 2],
    [6, 7],
  ] as const) {
    const fault = await faultOf(lines(start, end));
    assert.equal([fault.code, fault.field], ["invalid", "lines"]);
  }
});

artifact("an empty file is empty, not missing", async () => {
  const made = bench();
  await made.index("a", [{ path: "empty.ts", texts: [] }]);
  const reply = await made.artifact({ source: "a", path: "empty.ts" });
  assert.is(reply.content, "");
  assert.is(reply.totalLines, 0);
});

artifact("what isn't there, isn't indexed or may not be seen is not found", async () => {
  const made = bench();
  await made.index("a", [
    sample,
    { path: "big.bin", texts: [], facts: { coverageClass: "skipped", reason: "BINARY" } },
  ]);
  await made.index("b", [sample]);
  const onlyA = { ...anyone, sources: ["a"] };
  for (const [source, path] of [
    ["a", "src/none.ts"],
    ["a", "big.bin"],
    ["b", "src/a b.ts"],
    ["zz", "src/a b.ts"],
  ] as const) {
    assert.is((await faultOf(made.artifact({ source, path }, onlyA))).code, "not-found", `${source} ${path}`);
  }
});

artifact("a path that is no path below the root is refused", async () => {
  const made = bench();
  await made.index("a", [sample]);
  for (const path of ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a"]) {
    const fault = await faultOf(made.artifact({ source: "a", path }));
    assert.equal([fault.code, fault.field], ["invalid", "path"], path);
  }
});

artifact("a file past the limit is cut between lines and says so; lines left out of the index come back blank", () => {
  const { chunks } = fileOf({ path: "x", texts: ["aaaa\nbbbb\n", "cccc\n"] });
  const cut = artifactLines(chunks, 3, undefined, 11);
  assert.equal(cut, { content: "aaaa\nbbbb\n", lines: { start: 1, end: 2 }, truncated: true, missing: 0 });
  const holed = artifactLines(chunks.slice(1), 4, undefined);
  assert.equal(holed, { content: "\n\ncccc\n\n", lines: { start: 1, end: 4 }, truncated: false, missing: 3 });
});

artifact.run();
