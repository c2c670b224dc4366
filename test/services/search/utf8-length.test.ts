import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { utf8Length } from "../../../src/services/search/reply/utf8-length.ts";

const test = suite("utf8Length");

test("counts what an encoder writes, halves of pairs included", () => {
  const encoder = new TextEncoder();
  const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe00f })));
  fc.assert(
    fc.property(units, fc.nat(20), fc.nat(20), (codes, a, b) => {
      const text = String.fromCharCode(...codes);
      const [from, to] = [Math.min(a, text.length), Math.min(Math.max(a, b), text.length)];
      assert.is(utf8Length(text, from, to), encoder.encode(text.slice(from, to)).length);
    }),
  );
});

test.run();
