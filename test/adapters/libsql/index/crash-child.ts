import process from "node:process";
import { putChunks } from "../../../support/put-chunks.ts";
import { fingerprint, openSample, sampleChunks, sampleFile, signal, write } from "./sample-index.ts";

/** Commits generation 10, then writes generation 20 without end; says so after a while, to be killed. */
const index = await openSample(process.argv[2]!);
await write(index, "a", 0, 10, { "kept.ts": ["kept words"], "changed.ts": ["former words"] });
const writer = await index.begin("a", 10, 20, fingerprint, signal);
await writer.remove("kept.ts", signal);
for (let at = 0; ; at++) {
  const path = at === 0 ? "changed.ts" : `new-${at}.ts`;
  const texts = Array.from({ length: 20 }, (_, line) => `unfinished words ${at} ${line}`);
  await putChunks(writer, sampleFile(path, texts), sampleChunks("a", path, texts), [], signal);
  // Past one segment and several transactions.
  if (at === 300) process.stdout.write("writing\n");
}
