import { type Manifest, ManifestDraft } from "./manifest.ts";

/** yarn.lock, of version 1 and of berry: every package, the workspace's own apart. */
export function yarnLock(text: string): Manifest {
  const draft = new ManifestDraft();
  let name = "";
  let line = 0;
  for (const [at, row] of text.split("\n").entries()) {
    const entry = /^"?(@?[^@"\s:#][^@"\s]*)@([^"]*)/.exec(row);
    if (/^\S/.test(row)) name = entry === null || /^workspace:/.test(entry[2]!) ? "" : entry[1]!;
    if (entry !== null) line = at + 1;
    const version = name === "" ? undefined : /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(row)?.[1];
    if (version === undefined) continue;
    draft.depend("npm", name, version, line);
    name = "";
  }
  return draft.done();
}
