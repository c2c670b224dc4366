import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { Source } from "../../../src/ports/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";

const signal = new AbortController().signal;

async function sourceAt(path: string): Promise<Source> {
  const sources = await openSources(
    { sources: [{ name: "repo", path }], indexUntracked: true, statePath: join(tmpdir(), "gateway-no-state") },
    signal,
  );
  return sources.all()[0]!;
}

const test = suite<{ repo: TestRepo; outside: string }>("git hostile", {} as { repo: TestRepo; outside: string });
test.before.each((context) => {
  context.repo = makeRepo({ "a.ts": "one\n", "b.bin": "two\n", ".gitattributes": "* filter=evil diff=evil\n" });
  context.outside = realpathSync(mkdtempSync(join(tmpdir(), "gateway-outside-")));
});
test.after.each(({ repo, outside }) => {
  repo.remove();
  rmSync(outside, { recursive: true, force: true });
});

/** A program that leaves a file behind when it runs. */
function trap(outside: string): { command: string; canary: string } {
  const canary = join(outside, "canary");
  const command = join(outside, "trap.sh");
  writeFileSync(command, `#!/bin/sh\ntouch ${canary}\ncat\n`);
  chmodSync(command, 0o755);
  return { command, canary };
}

test("nothing that a repository's configuration names is run", async ({ repo, outside }) => {
  const { command, canary } = trap(outside);
  const head = repo.git("rev-parse", "HEAD");
  const settings = {
    "core.fsmonitor": command,
    "core.pager": command,
    "core.editor": command,
    "core.sshCommand": command,
    "core.askPass": command,
    "core.hooksPath": outside,
    "filter.evil.clean": command,
    "filter.evil.smudge": command,
    "filter.evil.process": command,
    "filter.evil.required": "true",
    "filter.with.dots.clean": command,
    "filter.With Spaces.clean": command,
    "diff.evil.command": command,
    "diff.evil.textconv": command,
    "diff.external": command,
    "alias.status": `!${command}`,
    "alias.ls-files": `!${command}`,
    "log.showSignature": "true",
    "gpg.program": command,
    "credential.helper": `!${command}`,
    "protocol.ext.allow": "always",
    "remote.origin.url": `ext::${command}`,
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "core.alternateRefsCommand": command,
    "uploadpack.packObjectsHook": command,
    "submodule.recurse": "true",
    "status.submoduleSummary": "true",
  };
  for (const [key, value] of Object.entries(settings)) repo.git("config", key, value);
  for (const hook of ["post-index-change", "fsmonitor-watchman", "query-watchman", "pre-commit", "post-checkout"]) {
    for (const folder of [join(repo.root, ".git/hooks"), outside]) {
      writeFileSync(join(folder, hook), `#!/bin/sh\ntouch ${canary}\n`);
      chmodSync(join(folder, hook), 0o755);
    }
  }
  writeFileSync(join(repo.root, ".gitattributes"), "a.ts filter=evil\nb.bin filter=with.dots\n* diff=evil\n");
  // Same size, other time: only the content, through its clean filter, tells whether it changed.
  utimesSync(join(repo.root, "a.ts"), 1, 1);
  utimesSync(join(repo.root, "b.bin"), 1, 1);

  const source = await sourceAt(repo.root);
  const listing = await source.list("", signal);
  await source.list("0123456789012345678901234567890123456789", signal);
  await source.head(signal);
  await source.commitsSince(head, signal);
  assert.is(existsSync(canary), false, "nothing ran");
  assert.is(listing.head.commit, head);
  assert.equal(
    listing.files.map((f) => f.path),
    [".gitattributes", "a.ts", "b.bin"],
  );

  // The trap is real: Git as a person runs it falls into it.
  try {
    execFileSync("git", ["status"], { cwd: repo.root, stdio: "ignore" });
  } catch {}
  assert.is(existsSync(canary), true, "the trap would have sprung");
});

test("a filter whose name can't be overridden is refused, not run", async ({ repo, outside }) => {
  const { command, canary } = trap(outside);
  repo.git("config", "filter.a=b.clean", command);
  writeFileSync(join(repo.root, ".gitattributes"), "* filter=a=b\n");
  utimesSync(join(repo.root, "a.ts"), 1, 1);
  try {
    await (await sourceAt(repo.root)).list("", signal);
    assert.unreachable();
  } catch (fault) {
    assert.instance(fault, Fault);
    assert.is((fault as Fault).reason, "GIT_UNSAFE_CONFIG");
  }
  assert.is(existsSync(canary), false);
});

test("pipes in the place of configured files don't block", async ({ repo, outside }) => {
  const pipe = join(outside, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const key of ["core.attributesFile", "core.excludesFile", "diff.orderFile", "mailmap.file"]) {
    repo.git("config", key, pipe);
  }
  assert.is((await (await sourceAt(repo.root)).list("", signal)).files.length, 3);
});

test("a work tree that the configuration puts elsewhere is refused", async ({ repo, outside }) => {
  repo.git("config", "core.worktree", outside);
  try {
    await (await sourceAt(repo.root)).list("", signal);
    assert.unreachable();
  } catch (fault) {
    assert.is((fault as Fault).reason, "GIT_NO_WORK_TREE");
  }
});

test("another owner's repository is refused with the remedy", async ({ repo }) => {
  if (process.getuid?.() !== 0) return; // Only root can give a file away.
  chownSync(repo.root, 12_345, 12_345);
  chownSync(join(repo.root, ".git"), 12_345, 12_345);
  try {
    await (await sourceAt(repo.root)).list("", signal);
    assert.unreachable();
  } catch (fault) {
    assert.is((fault as Fault).code, "precondition");
    assert.match((fault as Fault).message, /safe\.directory/);
    assert.is((fault as Fault).message.includes(repo.root), false);
  }
});

test.run();
