import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Classifiers } from "../../../src/services/ingest/classifiers.ts";
import { fakeSource, never } from "./harness.ts";

const test = suite("rules that serve the next run over some paths");
const rules = { maxFileBytes: 1_000 };
const catalogue = { subsystems: [{ name: "notes", description: "d", owner: "o", paths: ["**/*.md"] }] };

/** Whether the rules of these files serve a run that finds more files, and misses some. */
async function serve(files: Readonly<Record<string, string>>, more: readonly string[], absent: readonly string[] = []) {
  const kept = new Classifiers();
  const source = fakeSource("docs", { "subsystems.json": JSON.stringify(catalogue), ...files });
  await kept.open(source, (await source.list("", never)).files, rules, false, never);
  for (const path of more) source.files.set(path, "new");
  const { head, files: now } = await source.list("", never);
  const some = { head, files: now.filter(({ path }) => more.includes(path)), absent, mark: 2 };
  return kept.standing(source, rules, some) !== undefined;
}

test("do so where one that comes or goes leaves a neighbour of its part in its folder", async () => {
  assert.is(await serve({ "pay/a.ts": "a" }, ["pay/b.ts"]), true);
  assert.is(await serve({ "pay/a.ts": "a", "pay/b.ts": "b" }, [], ["pay/b.ts"]), true);
  assert.is(await serve({ "pay/a.ts": "a" }, ["pay/a.ts"]), true, "an edit");
});

test("do not where it leaves none, or one of another part, or one that goes too, or one below", async () => {
  assert.is(await serve({ "shop/a.ts": "a" }, ["pay/b.ts"]), false, "none");
  assert.is(await serve({ "pay/a.md": "a" }, ["pay/b.ts"]), false, "the catalogue has it in another part");
  assert.is(
    await serve({ "pay/a.md": "a", "pay/b.ts": "b" }, [], ["pay/b.ts"]),
    false,
    "its part has no file any more",
  );
  assert.is(await serve({ "pay/a.ts": "a", "pay/b.ts": "b" }, [], ["pay/a.ts", "pay/b.ts"]), false, "both go");
  assert.is(await serve({ "pay/below/a.ts": "a" }, ["pay/b.ts"]), false, "below");
});

test("do not where a manifest, owners or the catalogue is among them, come, gone or edited", async () => {
  for (const path of ["package.json", "pay/package.json", "CODEOWNERS", "subsystems.json"]) {
    const files = { "a.ts": "a", "pay/a.ts": "a", [path]: "{}" };
    assert.is(await serve(files, [path]), false, `${path} is edited`);
    assert.is(await serve(files, [], [path]), false, `${path} is gone`);
  }
});

test.run();
