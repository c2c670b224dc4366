import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Problems } from "./problems.ts";
import { type Environment, given } from "./variable.ts";

/**
 * The environment with the variables of KM_ENV_FILE below it: what the process was started with wins, as with
 * every env file. It is read anew at each call, so that a signal can have it reread.
 */
export function withEnvFile(env: Environment, cwd: string, problems: Problems): Environment {
  const name = given(env, "KM_ENV_FILE");
  if (name === undefined) return env;
  let text: string;
  try {
    text = readFileSync(resolve(cwd, name), "utf8");
  } catch {
    problems.add("KM_ENV_FILE", "can't be read; name a file of KM_X=value lines that the gateway's user may read");
    return env;
  }
  const read: Record<string, string> = {};
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const bare = line.trim().replace(/^export\s+/, "");
    if (bare === "" || bare.startsWith("#")) continue;
    const [, key, value] = /^(KM_[A-Z0-9_]+)\s*=\s*(.*)$/.exec(bare) ?? [];
    // What stands there may be a secret: the line is named, not shown.
    if (key === undefined || value === undefined) problems.add("KM_ENV_FILE", `line ${i + 1} is no KM_X=value`);
    else if (key === "KM_ENV_FILE") problems.add("KM_ENV_FILE", `line ${i + 1}: one file can't name another`);
    else read[key] = unquoted(value);
  }
  return { ...read, ...env };
}

/** As shells and compose files write values that hold blanks. */
function unquoted(value: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inner ?? value;
}
