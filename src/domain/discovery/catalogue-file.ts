/** A part of a system as a catalogue, a manifest or a folder names it. */
export interface Subsystem {
  readonly name: string;
  readonly description: string;
  readonly owners: readonly string[];
  readonly criticality: string;
  readonly tags: readonly string[];
  /** Globs; a pattern without wildcards means that path and all below it. */
  readonly paths: readonly string[];
  /** Names of other subsystems. */
  readonly dependsOn: readonly string[];
  readonly origin: "catalogue" | "workspace" | "codeowners" | "folder";
}

/** Where a catalogue may lie; the first found counts. */
export const cataloguePaths = ["subsystems.json", ".metadata/subsystems.json", "docs/subsystems.json"] as const;

/**
 * Reads a catalogue: an array, or `{ "subsystems": [...] }`. What is wrong with it is said with its line and left
 * out; the rest counts.
 */
export function parseCatalogueFile(path: string, text: string): { subsystems: Subsystem[]; warnings: string[] } {
  const warnings: string[] = [];
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const line = lineOfError(text, (cause as Error).message);
    return { subsystems: [], warnings: [`${path}:${line}: not JSON, so the catalogue is not used`] };
  }
  const list = Array.isArray(root) ? root : isRecord(root) ? root["subsystems"] : undefined;
  if (!Array.isArray(list)) {
    return { subsystems: [], warnings: [`${path}:1: expected an array, or an object with an array "subsystems"`] };
  }
  const subsystems: Subsystem[] = [];
  const seen = new Set<string>();
  for (const [n, entry] of list.entries()) {
    const name = isRecord(entry) ? entry["name"] : undefined;
    const warn = (what: string) => warnings.push(`${path}:${lineOfName(text, name)}: entry ${n + 1}: ${what}`);
    if (!isRecord(entry) || typeof name !== "string" || name.trim() === "") warn('left out, since it has no "name"');
    else if (seen.has(name)) warn(`left out, since "${name}" was named before`);
    else {
      seen.add(name);
      subsystems.push(subsystemOf(name, entry, warn));
    }
  }
  return { subsystems, warnings };
}

function subsystemOf(name: string, entry: Readonly<Record<string, unknown>>, warn: (what: string) => void): Subsystem {
  const text = (key: string): string => {
    const value = entry[key];
    if (value !== undefined && value !== null && typeof value !== "string") warn(`"${key}" should be text`);
    return typeof value === "string" ? value : "";
  };
  /** A list of texts under the first of these keys that is there; one text counts as a list of one. */
  const list = (...keys: string[]): string[] => {
    const key = keys.find((k) => entry[k] !== undefined && entry[k] !== null);
    if (key === undefined) return [];
    const value = entry[key];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    const texts = items.filter((item): item is string => typeof item === "string" && item !== "");
    if (texts.length < items.length) warn(`"${key}" should be a list of texts`);
    return texts;
  };
  const paths = list("paths", "path_patterns", "patterns", "path", "globs");
  if (paths.length === 0) warn('has no "paths", so no file belongs to it');
  return {
    name,
    description: text("description"),
    owners: list("owners", "owner"),
    criticality: text("criticality"),
    tags: list("tags"),
    paths,
    dependsOn: list("depends_on", "dependsOn", "dependencies"),
    origin: "catalogue",
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line that a JSON error speaks of; the last when it speaks of the end. */
function lineOfError(text: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  return text.slice(0, position === undefined ? undefined : Number(position)).split("\n").length;
}

function lineOfName(text: string, name: unknown): number {
  const at = typeof name === "string" ? text.indexOf(JSON.stringify(name)) : -1;
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}
