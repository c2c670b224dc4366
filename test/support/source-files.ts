import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../src/runtime/mod.ts";

/** Every TypeScript file under a folder of the project, by its path from the root with forward slashes. */
export function sourceFiles(folder: string): Map<string, string> {
  const root = projectFile(folder);
  return new Map(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .map((name) => [`${folder}/${name.replaceAll("\\", "/")}`, readFileSync(join(root, name), "utf8")]),
  );
}
