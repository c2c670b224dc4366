import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openHashedEmbedder, openStaticEmbedder } from "../../../src/adapters/embedders/mod.ts";
import { parseWordTable } from "../../../src/adapters/embedders/static/word-table.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { Embedder } from "../../../src/ports/mod.ts";

const never = new AbortController().signal;
const test = suite("static embedder");

async function during(work: (embedder: Embedder) => Promise<void>): Promise<void> {
  const embedder = await openStaticEmbedder(never);
  try {
    await embedder.ready(never);
    await work(embedder);
  } finally {
    await embedder.close();
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * b[at]!, 0);
}

test("gives unit vectors, the same in the thread and on the spot", () =>
  during(async (embedder) => {
    const texts = Array.from({ length: 300 }, (_, at) => `def read_settings${at % 5}(path): parse the file ${at}`);
    const vectors = await embedder.embed(texts, "passage", never);
    for (const [at, vector] of vectors.entries()) {
      assert.is(vector.length, embedder.dimensions);
      assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
      if (at % 100 === 0) assert.equal((await embedder.embed([texts[at]!], "query", never))[0], vector);
    }
  }));

test("finds what is said in other words, where spelling tells nothing", () =>
  during(async (embedder) => {
    const hashed = await openHashedEmbedder({}, never);
    const cases = [
      ["delete a folder", "shutil.rmtree(directory)", "sorted(values, key=score)"],
      ["order a list descending", "sorted(values, reverse=True)", "socket.connect((host, port))"],
      ["fetch a web page", "urllib.request.urlopen(url).read()", "numpy.linalg.inv(matrix)"],
      ["average of numbers", "return sum(values) / len(values)  # mean", "os.path.join(root, name)"],
    ] as const;
    for (const [question, right, wrong] of cases) {
      const [asked, near, far] = await embedder.embed([question, right, wrong], "query", never);
      assert.ok(
        dot(asked!, near!) > dot(asked!, far!) + 0.05,
        `${question}: ${dot(asked!, near!)} ${dot(asked!, far!)}`,
      );
    }
    await hashed.close();
  }));

test("knows words that are in no table by their letters", () =>
  during(async (embedder) => {
    const [asked, near, far] = await embedder.embed(["qwyzzlefrob", "QwyzzleFrobber", "vrontikulate"], "query", never);
    assert.ok(Math.abs(dot(asked!, asked!) - 1) < 1e-5);
    assert.ok(dot(asked!, near!) > dot(asked!, far!) + 0.2);
  }));

test("is zero for text without words", () =>
  during(async (embedder) => {
    for (const kind of ["query", "passage"] as const) {
      for (const vector of await embedder.embed(["", " \n{}();", "the of and"], kind, never)) {
        assert.ok(vector.every((component) => component === 0));
      }
    }
  }));

test("never changes for a fingerprint", () =>
  during(async (embedder) => {
    assert.is(embedder.fingerprint, "words-and-ngrams-v1/256/unit");
    const [vector] = await embedder.embed(["openIndex reads segments; __proto__ naïve 日本"], "query", never);
    const sum = Array.from(vector!, (component, at) => Math.round(component * 1e5) * (at + 1)).reduce((a, b) => a + b);
    // A new value here means a new version in the fingerprint.
    assert.is(sum, 8_212_017);
  }));

test("takes any text", () =>
  during(async (embedder) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        const [vector] = await embedder.embed([text], "query", never);
        const length = dot(vector!, vector!);
        assert.ok(length === 0 || Math.abs(length - 1) < 1e-5);
      }),
    );
  }));

const table = suite("word table");

/** Two words of four dimensions. */
function bytes(change: (view: DataView) => void = () => {}, cut = 0): ArrayBuffer {
  const whole = new ArrayBuffer(16 + 8 + 8 + 8);
  const view = new DataView(whole);
  new TextEncoder().encodeInto("KWT1", new Uint8Array(whole));
  for (const [at, value] of [4, 2, 7].entries()) view.setUint32(4 + at * 4, value, true);
  new TextEncoder().encodeInto("one\ntwo\n", new Uint8Array(whole, 16));
  view.setFloat32(24, 0.5, true);
  view.setInt8(32, -127);
  change(view);
  return whole.slice(0, whole.byteLength - cut);
}

table("is read where it lies", () => {
  const { dimensions, rows, scales, codes } = parseWordTable(bytes());
  assert.is(dimensions, 4);
  assert.equal(
    [...rows],
    [
      ["one", 0],
      ["two", 1],
    ],
  );
  assert.is(scales[0], 0.5);
  assert.is(codes[0], -127);
});

for (const [name, damaged] of [
  ["empty", new ArrayBuffer(0)],
  ["another file", new ArrayBuffer(64)],
  ["cut short", bytes(undefined, 1)],
  ["of more words than it holds", bytes((view) => view.setUint32(8, 2 ** 31, true))],
  [
    "one that names a word twice",
    bytes((view) => new TextEncoder().encodeInto("one\none", new Uint8Array(view.buffer, 16))),
  ],
] as const) {
  table(`is refused: ${name}`, () => {
    try {
      parseWordTable(damaged);
    } catch (error) {
      assert.instance(error, Fault);
      assert.match((error as Fault).message, /word table/);
      return;
    }
    assert.unreachable();
  });
}

test.run();
table.run();
