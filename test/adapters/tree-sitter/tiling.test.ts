import { readdirSync } from "node:fs";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFile } from "../../../src/adapters/tree-sitter/mod.ts";
import { projectFile } from "../../../src/runtime/mod.ts";
import { assertTiles, sampleText } from "./read-sample.ts";

const names = readdirSync(projectFile("test/fixtures/chunking")).filter((name) => name.startsWith("sample."));

/** One change to a text, placed by fractions of its length. */
const edit = fc.record({
  how: fc.constantFrom("delete", "repeat", "insert", "truncate", "rotate"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(200),
  times: fc.integer({ min: 1, max: 25 }),
  noise: fc.string({ unit: "binary", maxLength: 12 }),
});

function apply(text: string, change: { how: string; at: number; length: number; times: number; noise: string }) {
  const from = Math.floor(change.at * text.length);
  const to = Math.min(text.length, from + change.length);
  if (change.how === "delete") return text.slice(0, from) + text.slice(to);
  if (change.how === "repeat") return text.slice(0, from) + text.slice(from, to).repeat(change.times) + text.slice(to);
  if (change.how === "insert") return text.slice(0, from) + change.noise + text.slice(from);
  return change.how === "truncate" ? text.slice(0, from) : text.slice(to) + text.slice(0, from);
}

/** Enough of a text that it needs several chunks, whole definitions too large for one among them. */
const copies = fc.integer({ min: 1, max: 12 });

const tiling = suite("tiling");

tiling("however a real text is mutilated, its chunks tile it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      copies,
      fc.array(edit, { maxLength: 6 }),
      async (name, times, edits) => {
        const bytes = new TextEncoder().encode(edits.reduce(apply, sampleText(name).repeat(times)));
        // As the parser sees it: lone surrogates replaced, a byte order mark dropped.
        const text = new TextDecoder().decode(bytes);
        const file = await parseFile({ path: name, bytes }, { parseMs: 5_000 });
        if (file.skipped) return;
        const joined = file.chunks.map((chunk) => chunk.text).join("");
        assertTiles(file, file.partialReason === "" || file.partialReason === "PARSE_ERROR" ? text : joined);
        assert.is(joined.split("\n").length, text.split("\n").length, "lines keep their numbers");
        for (const symbol of file.symbols) {
          assert.ok(symbol.name !== "" && symbol.lines.start <= symbol.lines.end && symbol.lines.end <= file.lines);
        }
      },
    ),
    { numRuns: 120 },
  );
});

tiling("any bytes give a value", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 400 }), async (name, bytes) => {
      const file = await parseFile({ path: name, bytes }, { parseMs: 5_000 });
      if (file.skipped) assert.ok(["BINARY", "NOT_UTF8", "GENERATED"].includes(file.reason));
    }),
    { numRuns: 150 },
  );
});

tiling.run();
