import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clients } from "../../src/cli/clients.ts";
import { currentRuntime } from "../../src/runtime/mod.ts";
import { ingest, runCommand, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { inTime } from "../support/in-time.ts";

// Of the twenty checks: 17.

const test = suite("damaged databases");
const files = Array.from({ length: 40 }, (_, i) => [
  `docs/tide-${i}.md`,
  `# Tide ${i}\n\n${`The water rises at pier ${i}, and falls at quay ${i * 7}. `.repeat(12)}\n`,
]);
const repo = makeRepo(Object.fromEntries(files));
const sources = { harbour: repo.root };
test.after(() => repo.remove());

const answers = async (clients: Clients) => {
  const { hits } = await inTime(() => clients.search.search({ query: "water at pier 7", pageSize: 20 }));
  return hits.map((hit) => [hit.chunkId, hit.score]);
};

/** A state directory that was served, and what it answered. */
const statePath = temporaryFolder();
let good: unknown[][];
test.before(async () => {
  const gateway = await startGatewayProcess({ statePath, sources });
  await ingest(gateway.clients());
  good = await answers(gateway.clients());
  assert.is((await gateway.stop()).code, 0);
});

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, "r+");
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

/** The same noise on every run. */
const noise = Uint8Array.from({ length: 4_096 }, (_, i) => (i * 2_654_435_761) >>> 24);

const harms = {
  "a garbage header": (file: string) => overwrite(file, 0, noise.subarray(0, 200)),
  "half the file": (file: string) => {
    const bytes = readFileSync(file);
    const handle = openSync(file, "w");
    writeSync(handle, bytes, 0, Math.floor(bytes.length / 2));
    closeSync(handle);
  },
  "noise in the middle": (file: string) => {
    const pages = Math.floor(statSync(file).size / 4_096);
    for (let page = 1; page < pages; page += 2) overwrite(file, page * 4_096, noise);
  },
};

/** The sound file again, with what lies beside it: a log of the harmed one would be played into it. */
function putBack(file: string, sound: string, name: string): void {
  const beside = ["-wal", "-shm"];
  const left = beside.filter((ending) => existsSync(file + ending));
  // On Deno the logs stay when a database is closed: see test/runtimes/known-differences.md.
  if (currentRuntime().name === "node") assert.equal(left, [], `${name}: a log is left behind`);
  for (const ending of ["", ...beside]) {
    rmSync(file + ending, { force: true });
    if (existsSync(sound + ending)) copyFileSync(sound + ending, file + ending);
  }
}

for (const database of ["index/index.db", "state.db", "audit/ledger.db"]) {
  test(`${database}: harm is told with a remedy or survived, and mended by putting the file back`, async () => {
    const copy = temporaryFolder();
    cpSync(statePath, copy, { recursive: true });
    const file = join(copy, database);
    for (const [name, harm] of Object.entries(harms)) {
      harm(file);
      const { code, stderr, stdout } = await runCommand(["search", "water at pier 7", "--json"], {
        statePath: copy,
        sources,
      });
      if (code === 0) {
        // What was harmed was not read: then the answers are the right ones.
        const { hits } = JSON.parse(stdout) as { hits: { chunkId: string; score: number }[] };
        assert.equal(
          hits.slice(0, 3).map((hit) => [hit.chunkId, hit.score]),
          good.slice(0, 3),
          name,
        );
      } else {
        assert.is(code, 1, `${name}: ${stderr}`);
        assert.match(stderr, /damaged|corrupt/, name);
        assert.match(stderr, /move|restore|rebuild/, name);
        assert.not.match(stderr, /\n\s+at \S+.*:\d+:\d+/, `${name}: a stack trace`);
      }
      putBack(file, join(statePath, database), name);
    }
    const gateway = await startGatewayProcess({ statePath: copy, sources });
    assert.equal(await answers(gateway.clients()), good);
    assert.is((await gateway.stop()).code, 0);
  });
}

test.run();
