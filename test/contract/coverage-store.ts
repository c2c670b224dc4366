import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CoverageClass, CoverageEntry, CoverageReport } from "../../src/domain/mod.ts";
import type { CoverageStore } from "../../src/ports/mod.ts";

const never = new AbortController().signal;
const everything = { classes: [], pathPrefixes: [] };

export function sampleEntry(path: string, coverageClass: CoverageClass = "indexed"): CoverageEntry {
  return {
    path,
    coverageClass,
    reason: coverageClass === "indexed" ? "" : "BINARY",
    artifactType: "code",
    language: "typescript",
    subsystem: "",
    commit: "c1",
    updatedAt: 1,
    lines: 3,
    linesIndexed: 3,
    notIndexed: [],
    chunks: 1,
  };
}

export function sampleReport(source: string, reportId: string, generatedAt: number, tracked = 0): CoverageReport {
  const revision = {
    source,
    generation: generatedAt,
    commit: "c1",
    indexedAt: generatedAt,
    dirty: false,
    fingerprint: "f",
    configuration: "c",
    files: tracked,
    chunks: 0,
  };
  const none = { indexed: tracked, partial: 0, skipped: 0, excluded: 0, chunks: 0, lines: 0, linesIndexed: 0 };
  const summary = { tracked, ...none, byArtifactType: {}, byReason: {}, removedPaths: [] };
  return { reportId, source, generatedAt, revision, runId: "", summary, commitsBehind: 0 };
}

export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** What every store of coverage reports keeps to. `open` is given a history limit. */
export function coverageStoreContract(name: string, open: (historyLimit: number) => Promise<CoverageStore>): void {
  const test = suite(`coverage store: ${name}`);

  test("nothing is there at first", async () => {
    const store = await open(3);
    assert.equal(await store.reports("a", never), []);
    assert.is(await store.entries("a", uuid(1), everything, "", 10, never), undefined);
  });

  test("a report is found with all its entries, page by page, in path order", async () => {
    const store = await open(3);
    const paths = Array.from({ length: 2_500 }, (_, i) => `f/${String(i).padStart(5, "0")}.ts`);
    const entries = paths.map((path, i) => sampleEntry(path, i % 100 === 7 ? "skipped" : "indexed"));
    let taken = 0;
    const counted = async function* () {
      for (const entry of entries) {
        taken += 1;
        yield entry;
      }
    };
    const made = await store.save("a", counted(), () => sampleReport("a", uuid(1), 5, taken), never);
    assert.is(made.summary.tracked, 2_500, "the report is asked for once all entries were taken");
    assert.equal(await store.reports("a", never), [made]);
    const read: CoverageEntry[] = [];
    for (let after = ""; ; ) {
      const page = (await store.entries("a", uuid(1), everything, after, 700, never))!;
      assert.ok(page.length <= 700);
      read.push(...page);
      if (page.length < 700) break;
      after = page.at(-1)!.path;
    }
    assert.equal(read, entries);
  });

  test("filters take classes and prefixes, alone and together", async () => {
    const store = await open(3);
    const entries = ["a/1", "a/2", "ab", "b/1", "b/2"].map((path) =>
      sampleEntry(path, path.endsWith("2") ? "skipped" : "indexed"),
    );
    await store.save("s", each(entries), () => sampleReport("s", uuid(1), 1, 5), never);
    const found = async (classes: CoverageClass[], pathPrefixes: string[], after = "") =>
      (await store.entries("s", uuid(1), { classes, pathPrefixes }, after, 10, never))?.map(({ path }) => path);
    assert.equal(await found(["skipped"], []), ["a/2", "b/2"]);
    assert.equal(await found([], ["a/"]), ["a/1", "a/2"]);
    assert.equal(await found([], ["a/", "b"]), ["a/1", "a/2", "b/1", "b/2"]);
    assert.equal(await found(["indexed"], ["b/"]), ["b/1"]);
    assert.equal(await found(["partial"], []), []);
    assert.equal(await found(["skipped"], [], "a/2"), ["b/2"]);
    assert.equal(await found([], ["zz"]), []);
  });

  test("the newest reports of each source are kept, newest first", async () => {
    const store = await open(2);
    for (const time of [1, 2, 3]) {
      await store.save("a", each([sampleEntry("x")]), () => sampleReport("a", uuid(time), time, 1), never);
    }
    await store.save("b", each([]), () => sampleReport("b", uuid(9), 1), never);
    assert.equal(
      (await store.reports("a", never)).map(({ generatedAt }) => generatedAt),
      [3, 2],
    );
    assert.is(await store.entries("a", uuid(1), everything, "", 10, never), undefined);
    assert.is((await store.reports("b", never)).length, 1);
  });

  test("nothing is kept of a report whose entries break off, or that does not come to be", async () => {
    const store = await open(2);
    const broken = async function* () {
      yield sampleEntry("a");
      throw new Error("the index went away");
    };
    for (const attempt of [
      () => store.save("a", broken(), () => sampleReport("a", uuid(1), 1), never),
      () =>
        store.save(
          "a",
          each([sampleEntry("a")]),
          () => {
            throw new Error("does not add up");
          },
          never,
        ),
    ]) {
      let failed = false;
      await attempt().catch(() => {
        failed = true;
      });
      assert.ok(failed);
    }
    assert.equal(await store.reports("a", never), []);
  });

  test("hostile names of sources and paths stay names", async () => {
    const store = await open(2);
    const path = "../../\u202e<img src=x onerror=alert(1)>\n__proto__";
    for (const source of ["..", ".", "__proto__"]) {
      await store.save(source, each([sampleEntry(path)]), () => sampleReport(source, uuid(1), 1, 1), never);
      const found = await store.entries(source, uuid(1), everything, "", 10, never);
      assert.equal(
        found?.map((entry) => entry.path),
        [path],
      );
    }
    assert.is(await store.entries("..", "../x", everything, "", 10, never), undefined);
  });

  test.run();
}
