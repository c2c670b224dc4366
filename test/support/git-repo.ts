import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

/** A real Git repository in a temporary folder. */
export interface TestRepo {
  /** Absolute, links resolved. */
  readonly root: string;
  /** Writes a file, making its folders. */
  write(path: string, content: string | Uint8Array): void;
  link(path: string, target: string): void;
  executable(path: string): void;
  delete(path: string): void;
  /** Stages everything and commits; returns the commit's id. Each commit is a minute after the last. */
  commit(message?: string): string;
  /** Runs Git in it and returns its output without the last line feed. */
  git(...args: string[]): string;
  remove(): void;
}

/** Author, dates and settings come from here alone: a person's own Git configuration changes nothing. */
export function makeRepo(files: Readonly<Record<string, string | Uint8Array>> = {}): TestRepo {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "gateway-repo-")));
  let minutes = 0;
  const git = (...args: string[]): string => {
    const date = `${1_700_000_000 + minutes * 60} +0000`;
    const output = execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: root,
        LC_ALL: "C",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Test",
        GIT_AUTHOR_EMAIL: "test@example.com",
        GIT_COMMITTER_NAME: "Test",
        GIT_COMMITTER_EMAIL: "test@example.com",
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      },
    });
    return output.replace(/\n$/, "");
  };
  const repo: TestRepo = {
    root,
    git,
    write(path, content) {
      const full = join(root, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
    },
    link(path, target) {
      const full = join(root, path);
      mkdirSync(dirname(full), { recursive: true });
      symlinkSync(target, full);
    },
    executable: (path) => chmodSync(join(root, path), 0o755),
    delete: (path) => rmSync(join(root, path), { recursive: true }),
    commit(message = "change") {
      minutes++;
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  git("-c", "init.defaultBranch=main", "init", "-q");
  for (const [path, content] of Object.entries(files)) repo.write(path, content);
  if (Object.keys(files).length > 0) repo.commit("first");
  return repo;
}
