import { type Manifest, ManifestDraft } from "./manifest.ts";

/** go.mod: what is required directly; lines marked indirect are others' requirements. */
export function goModule(text: string): Manifest {
  const draft = new ManifestDraft();
  const replaced: Record<string, string> = {};
  let block = "";
  for (const [at, raw] of text.split("\n").entries()) {
    const row = raw.trim();
    if (row === ")") {
      block = "";
      continue;
    }
    const opened = /^(\w+)\s*\(/.exec(row)?.[1];
    if (opened !== undefined) {
      block = opened;
      continue;
    }
    const bare = row.replace(/\/\/.*$/, "").trim();
    const [verb = "", ...rest] = block === "" ? bare.split(/\s+/) : [block, ...bare.split(/\s+/)];
    const [name = "", version = ""] = rest.map((word) => word.replace(/^["`]|["`]$/g, ""));
    if (verb === "module") draft.set("go.module", name);
    else if (verb === "require" && name !== "" && !/\/\/\s*indirect\b/.test(row))
      draft.depend("go", name, version, at + 1);
    else if (verb === "replace") {
      const arrow = rest.indexOf("=>");
      if (arrow > 0 && rest[arrow + 1] !== undefined) replaced[name] = rest[arrow + 1]!;
    }
  }
  if (Object.keys(replaced).length > 0) draft.set("go.replace", replaced);
  return draft.done();
}

/** go.work */
export function goWork(text: string): Manifest {
  const draft = new ManifestDraft();
  const block = /^use\s*\(([^)]*)\)/m.exec(text)?.[1] ?? "";
  const used = [...block.split("\n"), ...[...text.matchAll(/^use\s+([^\s(]+)/gm)].map(([, folder]) => folder ?? "")]
    .map((row) => row.replace(/\/\/.*$/, "").trim())
    .filter((row) => row !== "");
  if (used.length > 0) draft.set("go.use", used);
  return draft.done();
}
