import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fieldCount, fieldTerms, splitIdentifier, stem, termsOf } from "../../../src/domain/text/mod.ts";

const test = suite("terms of text");
const terms = (text: string) => [...termsOf(text).keys()];

test("splits identifiers and keeps them whole", () => {
  assert.equal(terms("parseConfig"), ["pars", "config", "parseconfig"]);
  assert.equal(terms("HTTPServer"), ["http", "server", "httpserver"]);
  assert.equal(terms("snake_case_name"), ["snake", "case", "name", "snakecasename"]);
  assert.equal(terms("--dry-run"), ["dri", "run", "dryrun"]);
  assert.equal(terms("utf8"), ["utf", "utf8"]);
  assert.equal(terms("listURLs URLs"), ["list", "url", "listurls"]);
  assert.equal(splitIdentifier("XMLHttpRequest2Go_v"), ["XML", "Http", "Request", "2", "Go", "v"]);
});

test("gives one term to the same identifier in any style", () => {
  for (const text of ["chunkIndex", "ChunkIndex", "chunk_index", "chunk-index", "CHUNK_INDEX"]) {
    assert.equal(terms(text), ["chunk", "index", "chunkindex"]);
  }
});

test("leaves out stop words, but not inside a whole identifier", () => {
  assert.equal(terms("how is the index of this built"), ["index", "built"]);
  assert.equal(terms("isOn"), ["ison"]);
  assert.equal(terms("the and of"), []);
});

test("takes a hyphen between words only, and no minus", () => {
  assert.equal(terms("count - 12 -- index-1"), ["count", "12", "index"]);
});

test("knows words of other scripts", () => {
  assert.equal(terms("Größe НАЗВАНИЕ café cafe\u0301 ﬁle"), ["große", "название", "cafe", "file"]);
  assert.equal(terms("検索エンジン"), [..."検索エンジ"]);
  assert.equal(terms("𠮷野 𠮷"), ["𠮷", "野"]);
  assert.equal(terms("ab\ud800cd \udc00"), ["ab", "cd"]);
});

test("counts, and takes words that break plain objects", () => {
  assert.equal(
    [...termsOf("constructor __proto__ constructor toString hasOwnProperty")],
    [
      ["constructor", 2],
      ["proto", 1],
      ["string", 1],
      ["tostring", 1],
      ["properti", 1],
      ["hasownproperty", 1],
    ],
  );
});

test("bounds terms and passes data by", () => {
  assert.equal(terms("a b 7 x"), []);
  assert.equal(terms(`${"q".repeat(64)} ${"r".repeat(65)} ${"Ab".repeat(200)} end`), ["q".repeat(64), "end"]);
  assert.equal(terms("3f9a2b7c8d1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a"), ["3f9a2b7c8d1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a"]);
});

test("gives the same terms again after it forgot what it learnt", () => {
  const before = terms("parseConfig reads chunk_index");
  for (let round = 0; round < 2; round++) {
    termsOf(Array.from({ length: 60_000 }, (_, at) => `w${round}x${at}`).join(" "));
  }
  assert.equal(terms("parseConfig reads chunk_index"), before);
});

test("takes any text, gives terms of 1 to 64 units, and the same whatever stands around", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  return fc.assert(
    fc.property(text, text, (a, b) => {
      const [first, second, both] = [termsOf(a), termsOf(b), termsOf(`${a}\n${b}`)];
      for (const term of both.keys()) assert.ok(term.length >= 1 && term.length <= 64, JSON.stringify(term));
      for (const [term, count] of both) assert.is(count, (first.get(term) ?? 0) + (second.get(term) ?? 0));
    }),
  );
});

test("stems as the published samples say", () => {
  const samples = `consign consign consigned consign consigning consign consignment consign consistency consist
    consolation consol consolingly consol conspicuous conspicu knackeries knackeri kneeling kneel knees knee knightly
    knight knives knive caresses caress flies fli dies die mules mule agreed agre owned own humbled humbl sized size
    meetings meet stating state siezing siez itemization item sensational sensat traditional tradit reference refer
    colonizer colon plotted plot hopping hop hoping hope happy happi enjoy enjoy generate generat communication
    communic skies sky dying die news news succeeding succeed relativity relat vietnamization vietnam radically
    radic fluently fluentli by by say say cry cri`.split(/\s+/);
  for (let at = 0; at + 1 < samples.length; at += 2) assert.is(stem(samples[at]!), samples[at + 1]!, samples[at]!);
});

test("counts by field: body, path without extension, symbols, context, doc", () => {
  const found = fieldTerms({
    text: "open the index, open it",
    path: "src/open-index.ts",
    defines: ["openIndex"],
    context: "class Store",
    doc: "Opens.",
  });
  const of = (term: string) => {
    const at = found.terms.indexOf(term) * fieldCount;
    return at < 0 ? undefined : [...found.counts.subarray(at, at + fieldCount)];
  };
  assert.equal(of("open"), [2, 1, 1, 0, 1]);
  assert.equal(of("index"), [1, 1, 1, 0, 0]);
  assert.equal(of("openindex"), [0, 1, 1, 0, 0]);
  assert.equal(of("store"), [0, 0, 0, 1, 0]);
  assert.is(of("ts"), undefined);
  assert.equal([...found.lengths], [3, 4, 3, 2, 1]);
  assert.is(found.counts.length, found.terms.length * fieldCount);
});

test.run();
