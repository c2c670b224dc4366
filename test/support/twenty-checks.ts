import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../src/runtime/mod.ts";

const mark = /^\/\/ Of the twenty checks: (\d+(?:, \d+)*)\.$/m;

/**
 * By test file ("hostile/wire.test.ts"), which of the twenty checks of hardening it shows: those that say so in a line
 * "// Of the twenty checks: 1, 2.". A part that comes later joins by such a line.
 */
export function checksByFile(): ReadonlyMap<string, readonly number[]> {
  const folder = projectFile("test");
  const found = new Map<string, readonly number[]>();
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!path.endsWith(".test.ts")) continue;
    const numbers = mark.exec(readFileSync(join(folder, path), "utf8"))?.[1];
    if (numbers !== undefined) found.set(path.replaceAll("\\", "/"), numbers.split(", ").map(Number));
  }
  return found;
}

/** Their files outside of the suites that are asked for by name, and of those that want real servers. */
export function checksElsewhere(): readonly string[] {
  return [...checksByFile().keys()].filter((path) => !/^(?:hostile|crash|backends)\//.test(path));
}
