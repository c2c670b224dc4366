import { readFileSync } from "node:fs";
import { projectFile } from "../../src/runtime/mod.ts";
import { parsePage } from "../docs/read-pages.ts";

/** The address that docs/clients.md has in its blocks. */
const written = "127.0.0.1:50051";

/** The last block of this language in docs/clients.md, which asks a question, put to a gateway at this address. */
export function shownBlock(language: "python" | "ts" | "go", address: string): string {
  const page = "docs/clients.md";
  const { fences } = parsePage(page, readFileSync(projectFile(page), "utf8"));
  const block = fences.filter((fence) => fence.language === language).at(-1)?.text ?? "";
  if (!block.includes(written)) throw new Error(`${page}: the last block of ${language} asks nothing of ${written}`);
  return block.replaceAll(written, address);
}

/** What each of them prints of the repository that the tests have indexed. */
export const shownHit = /^src\/tide\.ts:\d+-\d+$/m;
