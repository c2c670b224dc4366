import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { parseFile, type ReadFile } from "../../../src/adapters/tree-sitter/mod.ts";
import { projectFile } from "../../../src/runtime/mod.ts";

export async function parseText(path: string, content: string | Uint8Array): Promise<ReadFile> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const file = await parseFile({ path, bytes }, { parseMs: 10_000 });
  if (file.skipped) throw new Error(`${path} was skipped: ${file.reason}`);
  return file;
}

export function sampleText(name: string): string {
  return readFileSync(projectFile(`test/fixtures/chunking/${name}`), "utf8");
}

/** "kind qualified.name start-end" for every symbol. */
export function symbolLines(file: ReadFile): string[] {
  return file.symbols.map((s) => `${s.kind} ${s.qualifiedName} ${s.lines.start}-${s.lines.end}`);
}

/** Chunks follow each other without gap or overlap, none passes the cap, and together they are the text. */
export function assertTiles(file: ReadFile, text: string): void {
  let next = 1;
  for (const chunk of file.chunks) {
    assert.is(chunk.lines.start, next, "a chunk begins where the last ended");
    assert.ok(chunk.lines.end >= chunk.lines.start, "a chunk has a line");
    assert.ok(chunk.text.length <= 4_000, `a chunk of ${chunk.text.length} characters`);
    next = chunk.lines.end + 1;
  }
  assert.is(next, file.lines + 1, "the last chunk ends with the file");
  assert.is(file.chunks.map((chunk) => chunk.text).join(""), text);
}
