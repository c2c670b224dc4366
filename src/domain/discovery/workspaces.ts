import { globMatcher } from "./glob-matcher.ts";
import { pathRefusal } from "./path-refusal.ts";

/** A folder that a manifest makes a package. */
export interface Member {
  /** Without a closing slash; never "" (the root is no part of itself). */
  readonly folder: string;
  readonly name: string;
  readonly description: string;
}

const manifestNames = new Set(["package.json", "go.mod", "Cargo.toml", "pom.xml", "pyproject.toml"]);
/** Says which folders are members: read at the root only. */
const workspaceFiles = new Set(["pnpm-workspace.yaml", "go.work", "lerna.json"]);
/** Manifests in these folders are material of tests and examples, not parts of the system. */
const notParts =
  /(?:^|\/)(?:tests?|__tests__|testdata|fixtures?|__fixtures__|examples?|samples?|templates?|e2e|benchmarks?)\//i;

export function isManifest(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!manifestNames.has(name)) return workspaceFiles.has(path);
  return !notParts.test(path) && pathRefusal(path) === undefined;
}

/** The packages below the root, by folder. Where the root's manifest names its members, only those count. */
export function workspaceMembers(texts: ReadonlyMap<string, string>, warnings: string[]): Member[] {
  const declared = declaredMembers(texts, warnings);
  const members = new Map<string, Member>();
  for (const [path, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (slash < 0 || !manifestNames.has(name)) continue;
    const folder = path.slice(0, slash);
    const allowed = declared.get(name);
    if (allowed !== undefined && !allowed(folder)) continue;
    const member = describe(folder, name, text, path, warnings);
    if (member !== undefined && !members.has(folder)) members.set(folder, member);
  }
  return [...members.values()];
}

/** By manifest name: whether a folder is a member, for ecosystems whose root says so. */
function declaredMembers(
  texts: ReadonlyMap<string, string>,
  warnings: string[],
): Map<string, (folder: string) => boolean> {
  const declared = new Map<string, (folder: string) => boolean>();
  const npm = [...npmWorkspaces(texts, warnings), ...listed(texts.get("pnpm-workspace.yaml") ?? "", /^\s*-\s*(.+)$/gm)];
  const cargo = listed(tomlList(texts.get("Cargo.toml") ?? "", "workspace", "members"), /"([^"\n]*)"|'([^'\n]*)'/g);
  const maven = listed(texts.get("pom.xml") ?? "", /<module>([^<]*)<\/module>/g);
  const go = listed(texts.get("go.work") ?? "", /^\s*(?:use\s+)?(\.\/[^\s)]*)/gm);
  for (const [name, patterns] of [
    ["package.json", npm],
    ["Cargo.toml", cargo],
    ["go.mod", go],
  ] as const) {
    if (patterns.length > 0) declared.set(name, anyOf(patterns, warnings));
  }
  // A Maven module may have modules of its own.
  if (maven.length > 0)
    declared.set(
      "pom.xml",
      anyOf(
        maven.flatMap((m) => [m, `${m}/**`]),
        warnings,
      ),
    );
  return declared;
}

function anyOf(patterns: readonly string[], warnings: string[]): (folder: string) => boolean {
  const yes: ((folder: string) => boolean)[] = [];
  const no: ((folder: string) => boolean)[] = [];
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    try {
      (negated ? no : yes).push(globMatcher((negated ? pattern.slice(1) : pattern).replace(/\/+$/, ""), pattern));
    } catch (cause) {
      warnings.push(`workspace pattern not used: ${(cause as Error).message}`);
    }
  }
  return (folder) => yes.some((matches) => matches(folder)) && !no.some((matches) => matches(folder));
}

function listed(text: string, pattern: RegExp): string[] {
  const values: string[] = [];
  for (const match of text.matchAll(pattern)) {
    const value = (match[1] ?? match[2] ?? "")
      .replace(/\s+#.*$/, "")
      .trim()
      .replace(/^["']|["']$/g, "");
    if (value !== "") values.push(value.replace(/^\.\//, ""));
  }
  return values;
}

function npmWorkspaces(texts: ReadonlyMap<string, string>, warnings: string[]): string[] {
  const root = json(texts.get("package.json"), "package.json", warnings);
  const lerna = json(texts.get("lerna.json"), "lerna.json", warnings);
  const workspaces = root?.["workspaces"];
  const nested = (workspaces as { packages?: unknown } | null | undefined)?.packages;
  const list: unknown[] = [workspaces, nested, lerna?.["packages"]].find(Array.isArray) ?? [];
  return list.filter((item): item is string => typeof item === "string").map((item) => item.replace(/^\.\//, ""));
}

function json(text: string | undefined, path: string, warnings: string[]): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    warnings.push(`${path}: not JSON, so it says nothing of subsystems`);
    return undefined;
  }
}

/** The text of a TOML table, without the tables after it. */
function tomlTable(text: string, table: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim() === `[${table}]`);
  if (start < 0) return "";
  const length = lines.slice(start + 1).findIndex((line) => /^\s*\[[\w."'-]+\]\s*$|^\s*\[\[/.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

function tomlList(text: string, table: string, key: string): string {
  const body = tomlTable(text, table);
  const at = body.search(new RegExp(`^\\s*${key}\\s*=\\s*\\[`, "m"));
  if (at < 0) return "";
  const open = body.indexOf("[", at);
  const close = body.indexOf("]", open);
  return body.slice(open, close < 0 ? undefined : close).replace(/#.*$/gm, "");
}

function tomlText(table: string, key: string): string {
  return new RegExp(`^\\s*${key}\\s*=\\s*["']([^"'\\n]*)["']`, "m").exec(table)?.[1] ?? "";
}

function describe(folder: string, name: string, text: string, path: string, warnings: string[]): Member | undefined {
  const last = folder.slice(folder.lastIndexOf("/") + 1);
  if (name === "package.json") {
    const manifest = json(text, path, warnings);
    // A package.json that only says "type": "module" makes no package.
    if (typeof manifest?.["name"] !== "string") return undefined;
    const description = manifest["description"];
    return { folder, name: manifest["name"], description: typeof description === "string" ? description : "" };
  }
  if (name === "Cargo.toml") {
    const table = tomlTable(text, "package");
    return table === ""
      ? undefined
      : { folder, name: tomlText(table, "name") || last, description: tomlText(table, "description") };
  }
  if (name === "pyproject.toml") {
    const table = tomlTable(text, "project") || tomlTable(text, "tool.poetry");
    return table === ""
      ? undefined
      : { folder, name: tomlText(table, "name") || last, description: tomlText(table, "description") };
  }
  if (name === "go.mod") {
    const module = /^\s*module\s+(\S+)/m.exec(text)?.[1] ?? last;
    return { folder, name: module.slice(module.lastIndexOf("/") + 1), description: "" };
  }
  const own = text.replace(/<parent>[\s\S]*?<\/parent>/, "");
  const artifact = /<artifactId>\s*([^<\s]+)\s*<\/artifactId>/.exec(own)?.[1] ?? last;
  return { folder, name: artifact, description: "" };
}
