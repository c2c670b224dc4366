import { type Manifest, ManifestDraft } from "./manifest.ts";

/** Gemfile and *.gemspec */
export function gemfile(text: string): Manifest {
  const draft = new ManifestDraft();
  for (const [at, row] of text.split("\n").entries()) {
    const match = /^\s*(?:gem|\w+\.add(?:_\w+)?_dependency)[\s(]+["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?/.exec(
      row,
    );
    if (match !== null) draft.depend("gem", match[1]!, match[2] ?? "", at + 1);
    const name = /^\s*\w+\.name\s*=\s*["']([^"']+)["']/.exec(row)?.[1];
    if (name !== undefined) draft.set("gem.name", name);
  }
  return draft.done();
}

/** Gemfile.lock: the versions of what its DEPENDENCIES name. */
export function gemLock(text: string): Manifest {
  const draft = new ManifestDraft();
  const versions = new Map<string, { version: string; line: number }>();
  const asked: string[] = [];
  let section = "";
  for (const [at, row] of text.split("\n").entries()) {
    if (/^[A-Z]/.test(row)) section = row.trim();
    const locked = /^ {4}(\S+) \(([^)]*)\)/.exec(row);
    if (locked !== null) versions.set(locked[1]!, { version: locked[2]!, line: at + 1 });
    const direct = section === "DEPENDENCIES" ? /^ {2}([^\s!(]+)/.exec(row)?.[1] : undefined;
    if (direct !== undefined) asked.push(direct);
  }
  for (const name of asked) {
    const locked = versions.get(name);
    if (locked !== undefined) draft.depend("gem", name, locked.version, locked.line);
  }
  return draft.done();
}
