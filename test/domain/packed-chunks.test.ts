import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Chunk, embeddedText, embeddedTexts, noChunks, packChunks, unpackChunks } from "../../src/domain/mod.ts";

const packing = suite("packed chunks");

/** Any text that comes out of UTF-8: no half of a surrogate pair; a byte order mark may begin it. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string().map((some) => `\uFEFF${some}`),
);
const plain = { noNullPrototype: true };
const lines = fc.record({ start: fc.nat(), end: fc.nat() }, plain);
const kind = fc.constantFrom("function", "class", "module") as fc.Arbitrary<"function" | "class" | "module">;
const symbol = fc.record({ name: text, qualifiedName: text, kind, lines }, plain);
const chunk: fc.Arbitrary<Chunk> = fc.record(
  {
    chunkId: text,
    textHash: text,
    lines,
    text,
    symbol: fc.option(symbol, { nil: undefined }),
    defines: fc.array(text),
    kinds: fc.array(kind),
    context: text,
    doc: text,
  },
  plain,
);

packing("give back what was packed, and what is embedded of each", () => {
  fc.assert(
    fc.property(fc.array(chunk), fc.array(symbol), (chunks, symbols) => {
      const packed = packChunks(chunks, symbols);
      assert.equal(unpackChunks(packed), { chunks, symbols });
      assert.equal(embeddedTexts(packed), chunks.map(embeddedText));
    }),
  );
});

packing("of no passages give back none", () => {
  assert.equal(unpackChunks(noChunks()), { chunks: [], symbols: [] });
});

packing("that were handed over say so instead of being taken for an empty file", () => {
  const packed = packChunks([], []);
  structuredClone(packed, { transfer: [packed.rest.buffer] });
  assert.throws(() => unpackChunks(packed));
});

packing.run();
