import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Bench, bench, fakeSource, ingest } from "./harness.ts";

const test = suite("what the log says of the files that a run handled");

const names = Array.from({ length: 12 }, (_, at) => `part-${String.fromCharCode(97 + at)}`);
const catalogue = JSON.stringify(names.map((name) => ({ name, paths: [`${name}/**`] })));

/** The fields of the last line with a message that concern what was handled. */
function last(at: Bench, message: string) {
  const fields = at.telemetry.lines.findLast((line) => line.message === message)?.fields ?? {};
  const { artifacts, subsystems, more_subsystems } = fields;
  return { artifacts, subsystems, more_subsystems };
}

test("files are counted by artifact type, and the subsystems with the most of them are named", async () => {
  const source = fakeSource("a", { "subsystems.json": catalogue, "README.md": "all\n" });
  for (const name of names) source.files.set(`${name}/one.ts`, "one\n");
  for (const at of [1, 2, 3]) source.files.set(`part-l/guide-${at}.md`, "guide\n");
  const at = bench([source]);
  await ingest(at, "a");
  const expected = {
    artifacts: { config: 1, doc: 4, code: 12 },
    subsystems: ["part-l", ...names.slice(0, 9)],
    more_subsystems: 2,
  };
  assert.equal(last(at, "ingest ended"), expected);
  for (const stage of ["indexing", "committing"]) assert.equal(last(at, `ingest: ${stage} done`), expected, stage);
  const nothing = { artifacts: undefined, subsystems: undefined, more_subsystems: undefined };
  assert.equal(last(at, "ingest: planning done"), nothing);

  source.files.delete("part-a/one.ts");
  source.files.set("part-b/one.test.ts", "test\n");
  source.files.set("part-c/image.bin", "\0");
  await ingest(at, "a");
  const few = { subsystems: ["part-a", "part-b", "part-c"], more_subsystems: undefined };
  assert.equal(
    last(at, "ingest ended"),
    { artifacts: { code: 1, test: 1, other: 1 }, ...few },
    "removed, added, kept out",
  );

  await ingest(at, "a");
  assert.equal(last(at, "ingest ended"), nothing, "a run that found no change");
});

test.run();
