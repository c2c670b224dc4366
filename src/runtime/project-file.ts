import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

let root: string | undefined;

/** The folder that holds package.json: above `src/` when run from the sources, above `dist/` when built. */
function projectRoot(): string {
  if (root !== undefined) return root;
  let url = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", url))) {
    const parent = new URL("..", url);
    if (parent.href === url.href)
      throw new Error("package.json not found above the program: the installation is incomplete");
    url = parent;
  }
  root = fileURLToPath(url);
  return root;
}

/** Absolute path of a file that ships beside the program: `proto/`, `gen/descriptors.binpb`, package.json. */
export function projectFile(relative: string): string {
  return `${projectRoot()}${relative}`;
}
