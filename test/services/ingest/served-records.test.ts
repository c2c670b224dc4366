import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryChunkIndex } from "../../../src/adapters/memory/mod.ts";
import type { FileRecord } from "../../../src/domain/mod.ts";
import { ServedRecords } from "../../../src/services/ingest/served-records.ts";
import { putChunks } from "../../support/put-chunks.ts";
import { bench, fakeSource, ingest, listing, never } from "./harness.ts";

const test = suite("the records a run leaves for the next");

const record = (path: string, contentId: string): FileRecord => ({
  path,
  contentId,
  size: 1,
  coverageClass: "indexed",
  reason: "",
  language: "",
  artifactType: "code",
  subsystem: "",
  tags: [],
  commit: "",
  updatedAt: 0,
  lines: 1,
  linesIndexed: 1,
  notIndexed: [],
  redacted: [],
  chunks: 1,
});

async function all(records: ServedRecords, index: ReturnType<typeof memoryChunkIndex>, generation: number) {
  const found: FileRecord[] = [];
  for await (const page of records.of(index, "s", generation, never)) found.push(...page);
  return found;
}

const paths = fc.constantFrom("a", "a/b", "B", "ü", "\u{10000}", "\uffee", "z");
const changes = fc.dictionary(paths, fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }), { maxKeys: 4 });

test("they are those of the generation, whatever changed and whether or not they were read before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 5 }), fc.nat(4), async (steps, firstRead) => {
      const index = memoryChunkIndex();
      const records = new ServedRecords();
      let generation = 0;
      for (const [n, step] of steps.entries()) {
        const writer = await index.begin("s", generation, generation + 1, "f", never);
        const put = new Map<string, FileRecord | undefined>();
        for (const [path, contentId] of Object.entries(step)) {
          const made = contentId === undefined ? undefined : record(path, contentId);
          if (made) await putChunks(writer, made, [], [], never);
          else await writer.remove(path, never);
          put.set(path, made);
        }
        await writer.commit(never);
        records.moved("s", generation, ++generation, put);
        if (n < firstRead) continue;
        assert.equal(await all(records, index, generation), await all(new ServedRecords(), index, generation));
      }
    }),
  );
});

test("a file that one run changes and the next finds gone is removed, and a run that failed changes nothing", async () => {
  const source = fakeSource("s", { "a.ts": "one", "b.ts": "two" });
  const at = bench([source]);
  await ingest(at, "s");
  await ingest(at, "s");
  source.files.set("a.ts", "three");
  assert.is((await ingest(at, "s")).files.changed, 1);
  source.files.delete("a.ts");
  source.onRead.set("c.ts", async () => {
    throw new Error("the disk is on fire");
  });
  source.files.set("c.ts", "four");
  const failed = await ingest(at, "s");
  source.onRead.clear();
  const run = await ingest(at, "s");
  assert.is(failed.state, "failed");
  assert.is(run.files.removed, 1);
  assert.equal(
    (await listing(at, "s")).map(({ file }) => file.path),
    ["b.ts", "c.ts"],
  );
  assert.is((await ingest(at, "s")).generation, 0);
});

test.run();
