import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type GraphFacts,
  mentionKinds,
  noGraphFacts,
  outlineOf,
  packFacts,
  textsOf,
  unpackFacts,
  unpackOutline,
} from "../../../src/domain/graph/mod.ts";
import { symbolKinds } from "../../../src/domain/mod.ts";

const packing = suite("packed facts");

/** Names that meet often, and those that JSON, lines and objects trip over. */
const name = fc.oneof(
  fc.constantFrom("a", "run", "", "__proto__", "constructor", "a\nb", "\u2028", "\ud800"),
  fc.string(),
);
const line = fc.integer({ min: 1, max: 1_000_000 });
const lines = fc.record({ start: line, end: line });
const facts: fc.Arbitrary<GraphFacts> = fc.record(
  {
    module: name,
    definitions: fc.array(
      fc.record(
        {
          name,
          qualifiedName: name,
          kind: fc.constantFrom(...symbolKinds),
          lines,
          parent: fc.integer({ min: -1, max: 9 }),
          exported: fc.boolean(),
          test: fc.boolean(),
          self: name,
        },
        { requiredKeys: ["name", "qualifiedName", "kind", "lines", "parent", "exported", "test"] },
      ),
    ),
    imports: fc.array(
      fc.record({
        specifier: name,
        names: fc.array(fc.record({ imported: name, local: name })),
        lines,
        reexport: fc.boolean(),
      }),
    ),
    mentions: fc.array(
      fc.record({
        kind: fc.constantFrom(...mentionKinds),
        name,
        qualifier: name,
        from: fc.integer({ min: -1, max: 9 }),
        lines,
      }),
    ),
    mentionsLeftOut: line,
    packages: fc.array(fc.record({ ecosystem: name, name, version: name, lines })),
    owners: fc.array(fc.record({ pattern: name, owners: fc.array(name), lines })),
    settings: fc.dictionary(fc.string(), name),
  },
  { requiredKeys: ["module", "definitions", "imports", "mentions", "packages", "owners", "settings"] },
);

/** Through JSON, which knows no prototypes: dictionaries are compared by what they hold. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

packing("give back what was packed, whole, in two texts of a line each", () => {
  fc.assert(
    fc.property(facts, (said) => {
      const packed = packFacts(said);
      const { outline, mentions } = textsOf(packed);
      assert.not.ok(/\n/.test(outline + mentions));
      assert.equal(plain(unpackFacts(packed)), plain(said));
    }),
  );
});

packing("an outline has all but the mentions, and of those what classes are built on", () => {
  fc.assert(
    fc.property(facts, (said) => {
      const mentions = said.mentions.filter(({ kind }) => kind === "extends" || kind === "implements");
      assert.equal(plain(unpackOutline(outlineOf(packFacts(said)))), plain({ ...said, mentions }));
    }),
  );
});

packing("a file that says nothing takes next to nothing", () => {
  assert.ok(packFacts(noGraphFacts).length < 40);
});

packing.run();
