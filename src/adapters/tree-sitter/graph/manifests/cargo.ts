import { type Manifest, ManifestDraft } from "./manifest.ts";
import { tomlEntries, tomlList, tomlText } from "./toml-lines.ts";

const kinds = /^(?:workspace\.|target\.(?:'[^']*'|"[^"]*"|[^.]+)\.)?(?:dev-|build-)?dependencies$/;
const single = /^(?:workspace\.|target\.(?:'[^']*'|"[^"]*"|[^.]+)\.)?(?:dev-|build-)?dependencies\.(["\w-]+)$/;

/** Cargo.toml */
export function cargoManifest(text: string): Manifest {
  const draft = new ManifestDraft();
  const tables = new Map<string, { name: string; version: string; line: number }>();
  for (const { table, key, value, line } of tomlEntries(text)) {
    const own = single.exec(table)?.[1]?.replaceAll('"', "");
    if (kinds.test(table)) {
      const [name = ""] = key.split(".");
      draft.depend(
        "cargo",
        name,
        key.endsWith(".workspace") ? "" : value.startsWith("{") ? inlined(value) : tomlText(value),
        line,
      );
      const folder = /\bpath\s*=\s*["']([^"']*)["']/.exec(value)?.[1];
      if (value.startsWith("{")) draft.set(`cargo.path.${name}`, folder);
    } else if (own !== undefined) {
      const known = tables.get(table) ?? { name: own, version: "", line };
      tables.set(table, key === "version" ? { ...known, version: tomlText(value) } : known);
      if (key === "path") draft.set(`cargo.path.${own}`, tomlText(value));
    } else if (table === "package" && key === "name") draft.set("cargo.name", tomlText(value));
    else if (table === "lib" && (key === "name" || key === "path")) draft.set(`cargo.lib.${key}`, tomlText(value));
    else if (table === "workspace" && key === "members") {
      draft.set(
        "cargo.workspaces",
        tomlList(value).map((item) => item.text),
      );
    }
  }
  for (const { name, version, line } of tables.values()) draft.depend("cargo", name, version, line);
  return draft.done();
}

function inlined(value: string): string {
  return /\bversion\s*=\s*["']([^"']*)["']/.exec(value)?.[1] ?? "";
}

/** Cargo.lock: the versions of what the workspace's own packages, those without a source, ask for. */
export function cargoLock(text: string): Manifest {
  interface Locked {
    name: string;
    version: string;
    source: boolean;
    asks: string[];
    line: number;
  }
  const byNth = new Map<number, Locked>();
  for (const { table, nth, key, value, line } of tomlEntries(text)) {
    if (table !== "package") continue;
    const locked = byNth.get(nth) ?? { name: "", version: "", source: false, asks: [], line };
    byNth.set(nth, locked);
    if (key === "name") locked.name = tomlText(value);
    else if (key === "version") locked.version = tomlText(value);
    else if (key === "source") locked.source = true;
    else if (key === "dependencies") locked.asks = tomlList(value).map((item) => item.text);
  }
  const draft = new ManifestDraft();
  const asked = new Set([...byNth.values()].flatMap(({ source, asks }) => (source ? [] : asks)));
  for (const { name, version, source, line } of byNth.values()) {
    if (source && (asked.has(name) || asked.has(`${name} ${version}`))) draft.depend("cargo", name, version, line);
  }
  return draft.done();
}
