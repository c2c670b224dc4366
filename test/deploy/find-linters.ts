import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { projectFile } from "../../src/runtime/mod.ts";

export interface Said {
  readonly code: number | null;
  readonly text: string;
}

export type Lint = (args: readonly string[], input?: string) => Said;

/** A linter that infra/dev/get-linters.mjs fetched, or that is on PATH; installs nothing. */
export function findLinter(name: string): Lint | undefined {
  const fetched = projectFile(`.tools/lint/bin/${name}`);
  const command = existsSync(fetched) ? fetched : name;
  if (spawnSync(command, ["--version"]).status !== 0) {
    console.error(`NO ${name} (run infra/dev/get-linters.mjs): what it looks at is NOT linted here`);
    return undefined;
  }
  return (args, input = "") => {
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
    return { code: status, text: `${stdout}${stderr}` };
  };
}
