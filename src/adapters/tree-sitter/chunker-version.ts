import { readFileSync } from "node:fs";
import { projectFile } from "../../runtime/mod.ts";

/** Raise whenever the same bytes may be cut, named or described differently, or say something else of the graph. */
const chunker = 7;

/** The chunker's version with those of the packages whose grammars and runtime decide what it sees. */
export function chunkerVersion(): string {
  return `chunker-${chunker} web-tree-sitter-${packageVersion("web-tree-sitter")} grammars-${packageVersion("@vscode/tree-sitter-wasm")}`;
}

function packageVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(projectFile(`node_modules/${name}/package.json`), "utf8"));
  return (manifest as { version: string }).version;
}
