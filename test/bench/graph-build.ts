/**
 * Builds the embedded graph of 200,000 nodes and a million edges in the folder named, changes single files of it, and
 * prints what that took as a JSON line on its error output.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { openLibsqlGraph } from "../../src/adapters/libsql/mod.ts";
import { percentile } from "./figures.ts";
import { writeFiles } from "./graph-files.ts";

const [folder = "", files = 0] = [process.argv[2], Number(process.argv[3])];
const changes = 20;
const quiet = { add() {}, set() {}, observe() {} };

const graph = await openLibsqlGraph({ statePath: folder, meter: quiet }, new AbortController().signal);
let began = performance.now();
const every = Array.from({ length: files }, (_, file) => file);
let totals = await writeFiles(graph, 0, 1, files, every);
const buildMs = performance.now() - began;
const times: number[] = [];
for (let change = 1; change <= changes; change++) {
  began = performance.now();
  totals = await writeFiles(graph, change, change + 1, files, [Math.floor((files * change) / (changes + 1))]);
  times.push(performance.now() - began);
}
await graph.close();
const diskMb = statSync(join(folder, "graph", "graph.db")).size / 1e6;
const built = { ...totals, generation: changes + 1, buildMs, diskMb, changeMs: percentile(times, 0.5) };
process.stderr.write(`${JSON.stringify({ ...built, slowestChangeMs: Math.max(...times) })}\n`);
