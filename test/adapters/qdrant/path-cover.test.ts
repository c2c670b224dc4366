import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coverPaths } from "../../../src/adapters/qdrant/path-cover.ts";

const test = suite("path cover");

const name = fc.constantFrom("a", "b", "ab", "c.ts");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));

test("means the chosen paths and no others", () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 40 }), fc.nat(), (paths, salt) => {
      const chosen = new Set(paths.filter((_, at) => (salt >> (at % 16)) % 2 === 1));
      const cover = coverPaths(paths, chosen);
      const meant = paths.filter((one) => {
        return cover.paths.includes(one) || cover.folders.some((folder) => one.startsWith(folder));
      });
      assert.equal(new Set(meant), chosen);
    }),
  );
});

test("a whole folder is one condition, however many files it holds", () => {
  const inside = Array.from({ length: 5_000 }, (_, at) => `src/deep/${at % 7}/file-${at}.ts`);
  const cover = coverPaths([...inside, "docs/a.md", "docs/b.md"], new Set([...inside, "docs/b.md"]));
  assert.equal(cover, { folders: ["src/"], paths: ["docs/b.md"] });
});

test.run();
