import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CoverageClass, CoverageEntry } from "../../gen/knowledge/v1/ingest_service.ts";
import { coverageCsv, csvCell } from "../../src/cli/coverage/csv.ts";

const test = suite("coverage as CSV");

/** A reader by the grammar of RFC 4180, strict: what follows a closing quote must be a comma or a line's end. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error("a quote is not closed");
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else {
      for (; at < text.length && !/[,\r\n"]/.test(text[at]!); at += 1) cell += text[at];
    }
    record.push(cell);
    if (text[at] === ",") at += 1;
    else if (text.startsWith("\r\n", at)) {
      records.push(record);
      record = [];
      at += 2;
    } else throw new Error(`a bare ${JSON.stringify(text[at])} at ${at}`);
  }
  return records;
}

const entry = (change: Partial<CoverageEntry>) =>
  CoverageEntry.fromPartial({
    path: "a",
    coverageClass: CoverageClass.COVERAGE_CLASS_INDEXED,
    artifactType: 1,
    ...change,
  });

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom('"', ",", "\r", "\n", "\r\n", ";", "\t", "=", "+", "-", "@", "'", " ", "a", "\uff1d"))
    .map((parts) => parts.join("")),
);

test("any names come back as they were, but for the apostrophe that keeps a formula text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(hostile, hostile), { maxLength: 8 }), async (names) => {
      const text = coverageCsv(names.map(([path, subsystem]) => entry({ path, subsystem })));
      const [head, ...records] = readCsv(text);
      assert.is(head?.length, 12);
      assert.is(records.length, names.length);
      for (const [i, record] of records.entries()) {
        assert.is(record.length, 12);
        for (const [cell, name] of [
          [record[0]!, names[i]![0]],
          [record[5]!, names[i]![1]],
        ] as const) {
          assert.ok(cell === name || cell === `'${name}`, JSON.stringify([cell, name]));
          assert.not.match(cell, /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("cells that a spreadsheet would run, or part, are kept together as text", () => {
  assert.is(csvCell('=HYPERLINK("http://x","y")'), `"'=HYPERLINK(""http://x"",""y"")"`);
  assert.is(csvCell("-dash"), `"'-dash"`);
  assert.is(csvCell("@SUM(1)"), `"'@SUM(1)"`);
  assert.is(csvCell("a;b"), `"a;b"`);
  assert.is(csvCell("plain/path.ts"), "plain/path.ts");
});

test("a record says what the entry does", () => {
  const one = entry({
    path: "src/a.ts",
    coverageClass: CoverageClass.COVERAGE_CLASS_PARTIAL,
    reason: "PARSE_ERROR",
    language: "typescript",
    chunks: 2,
    lines: 20,
    linesIndexed: 16,
    notIndexed: [
      { start: 3, end: 5 },
      { start: 9, end: 9 },
    ],
    commit: "abc",
    updatedAt: new Date(0),
  });
  assert.is(
    coverageCsv([one]).split("\r\n")[1],
    "src/a.ts,partial,PARSE_ERROR,code,typescript,,2,20,16,3-5 9,abc,1970-01-01T00:00:00.000Z",
  );
});

test.run();
