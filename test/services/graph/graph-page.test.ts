import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { edgeKinds, nodeKinds } from "../../../src/domain/graph/mod.ts";
import { projectFile } from "../../../src/runtime/mod.ts";

const test = suite("docs/graph.md");
const page = readFileSync(projectFile("docs/graph.md"), "utf8");

/** Kinds in the first column of a section's table, in its order. */
function kindsUnder(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const cells = section.split("\n").flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map((match) => match[1]!));
}

test("its tables name every kind of node and of edge, and no other, in the contract's order of edges", () => {
  assert.equal(kindsUnder("Nodes").sort(), [...nodeKinds].sort());
  assert.equal(kindsUnder("Edges").sort(), [...edgeKinds].sort());
});

test.run();
