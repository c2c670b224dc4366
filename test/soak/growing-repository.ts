import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFile } from "../../src/runtime/mod.ts";

/** A Git repository that people work on: this project's own sources, edited, grown and tidied commit by commit. */
export interface GrowingRepository {
  readonly root: string;
  /** Some files change, some come, one moves, and in turn some go; returns what the commit is called. */
  work(): string;
}

/** Files that a commit changes, adds and, every third time, removes. */
const changed = 6;
const added = 2;
const removedEveryThird = 4;

export function growingRepository(root: string): GrowingRepository {
  mkdirSync(root, { recursive: true });
  for (const folder of ["src", "docs", "proto"]) cpSync(projectFile(folder), join(root, folder), { recursive: true });
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=soak", "-c", "user.email=soak@example.invalid", "-c", "gc.auto=0"];
    return execFileSync("git", [...identity, ...args], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  };
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "-m", "as it was");
  const first = git("ls-files", "src").split("\n").filter(Boolean);
  const grown: string[] = [];
  let commits = 0;

  function add(): void {
    const from = first[(commits * 13 + grown.length) % first.length]!;
    const path = `src/grown/area${commits % 7}/part${commits}-${grown.length}.ts`;
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), `/** Grown in commit ${commits}. */\n${readFileSync(join(root, from), "utf8")}`);
    grown.push(path);
  }

  return {
    root,
    work() {
      commits += 1;
      for (let i = 0; i < changed; i++) {
        const path = join(root, first[(commits * changed + i) % first.length]!);
        // The note of the commit before is replaced, so that a file changes and does not grow without end.
        const text = readFileSync(path, "utf8").replace(/\n\/\/ soak \d+: .*\n$/, "\n");
        writeFileSync(path, `${text}// soak ${commits}: a note that was not there before, number ${commits * i}\n`);
      }
      for (let i = 0; i < added; i++) add();
      const moved = grown.length - 1;
      const to = grown[moved]!.replace(/\.ts$/, "-moved.ts");
      renameSync(join(root, grown[moved]!), join(root, to));
      grown[moved] = to;
      if (commits % 3 === 0) for (const path of grown.splice(0, removedEveryThird)) rmSync(join(root, path));
      appendFileSync(join(root, "docs/soak.md"), `\n## Commit ${commits}\n\nWhat changed in commit ${commits}.\n`);
      const message = `work ${commits}`;
      git("add", "-A");
      git("commit", "-q", "-m", message);
      return message;
    },
  };
}
