import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { blankSource } from "./blank-source.ts";
import { confined, exceptions, type RoomRule, rooms } from "./rooms.ts";

export interface Violation {
  readonly file: string;
  /** What is wrong there: the import as written, or the file itself. */
  readonly what: string;
  readonly rule: string;
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Longer files are two rooms. */
const longest = 300;
const vague = /^(utils?|helpers?|common|misc|shared|managers?)$/;
/** An opening doc comment with one full stop, at its end. */
const oneSentence = /^\/\*\*\s(?:(?!\.\s+[^\s*]|\*\/)[\s\S])*\.\s*\*\//;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.ts)?$/;

/**
 * Draws the arrows of the sources and returns every wrong one.
 *
 * @param sources text by path from the project's root, `src/kernel/mod.ts`
 */
export function wrongArrows(sources: ReadonlyMap<string, string>): Violation[] {
  return [...sources].flatMap(([file, text]) => {
    const found: Violation[] = [];
    const refuse = (what: string, rule: string) => void found.push({ file, what, rule });
    const room = roomOf(file);
    const rule = rooms.get(room);
    if (!rule) {
      refuse(room, "no such room in the architecture");
      return found;
    }
    checkShape(file, text, refuse);
    const code = blankSource(text);
    for (const imported of importsOf(text, code)) checkImport(file, room, rule, imported, sources, refuse);
    for (const { what, code: pattern, rooms: allowed } of confined) {
      const searched = what.startsWith("env of") ? withImports(text, code) : code;
      if (!allowed.includes(room) && pattern.test(searched)) refuse(what, `only in ${allowed.join(", ")}`);
    }
    if (/\bexport\s+default\b|\bas\s+default\b/.test(code)) refuse("export default", "no default exports");
    return found;
  });
}

export function described({ file, what, rule }: Violation): string {
  return `${file}: ${what}: ${rule}`;
}

/** `kernel`, `adapters/git`, `main`: who a file belongs to. */
function roomOf(file: string): string {
  const [, first = "", second = ""] = file.split("/");
  if (first === "adapters" || first === "services") return `${first}/${second}`;
  return first.replace(/\.ts$/, "");
}

/** The innermost folder with a door that holds the file. */
function houseOf(file: string, sources: ReadonlyMap<string, string>): string {
  for (let folder = posix.dirname(file); folder !== "src" && folder !== "."; folder = posix.dirname(folder)) {
    if (sources.has(`${folder}/mod.ts`)) return folder;
  }
  return posix.dirname(file);
}

type Refuse = (what: string, rule: string) => void;

function checkShape(file: string, text: string, refuse: Refuse): void {
  const lines = text.split("\n").length - 1;
  if (lines > longest) refuse(`${lines} lines`, `at most ${longest}: it is two rooms`);
  for (const part of file.split("/")) {
    if (!kebab.test(part)) refuse(part, "names are kebab-case");
    if (vague.test(part.replace(/\.ts$/, ""))) refuse(part, "named for the one thing it holds, not a drawer");
  }
  if (posix.basename(file) === "mod.ts" && !oneSentence.test(text)) {
    refuse("mod.ts", "a door opens with a comment that says in one sentence what the room is for");
  }
}

function checkImport(
  file: string,
  room: string,
  rule: RoomRule,
  { from, typeOnly }: Import,
  sources: ReadonlyMap<string, string>,
  refuse: Refuse,
): void {
  const what = `import "${from}"`;
  if (!from.startsWith(".")) return void checkPackage(room, rule, from, typeOnly, (why) => refuse(what, why));
  if (!from.endsWith(".ts")) refuse(what, "relative imports carry .ts");
  const target = posix.normalize(posix.join(posix.dirname(file), from));
  if (target.startsWith("gen/")) {
    const inRoom =
      file
        .split("/")
        .slice(room.split("/").length + 1)
        .join("/") || posix.basename(file);
    if (!rule.gen?.test(inRoom)) refuse(what, `${room} may not import generated code here`);
    return;
  }
  if (!target.startsWith("src/")) return void refuse(what, "only src/ and gen/ are part of the program");
  if (exceptions.get(file) === target) return;
  const other = roomOf(target);
  if (other !== room && !rule.rooms.includes("*") && !rule.rooms.includes(other)) {
    return void refuse(what, `${room} may not import ${other}`);
  }
  // A folder with a door is entered by it, from other rooms and from the room around it; what lies around is open.
  const house = houseOf(target, sources);
  const entered = !file.startsWith(`${house}/`) && posix.basename(target) !== "mod.ts";
  if (entered && target !== "src/main.ts") refuse(what, `${house} is entered by its door, mod.ts`);
}

function checkPackage(
  room: string,
  rule: RoomRule,
  from: string,
  typeOnly: boolean,
  refuse: (why: string) => void,
): void {
  if (from.startsWith("node:")) {
    if (!rule.builtins) refuse(`${room} imports nothing of a runtime's`);
    return;
  }
  if (isBuiltin(from)) return void refuse("built-in modules carry node:");
  const name = from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");
  const listed = (names: readonly string[]) =>
    names.some((n) => n === "*" || n === name || (n.endsWith("/") && name.startsWith(n)));
  if (listed(rule.packages)) return;
  if (listed(rule.types)) {
    if (!typeOnly) refuse(`${room} may import only types of ${name}`);
    return;
  }
  refuse(`${name} is not a technology of ${room}`);
}

/** Static, dynamic and type imports, and re-exports. */
function importsOf(text: string, code: string): Import[] {
  const forms = /\b(import|export)\s+(type\s+)?(?:[\w*{][^;"'()=]*?\bfrom\s*)?(["'])|\b(import)\s*\(\s*(["'])/g;
  return [...code.matchAll(forms)].map((match) => {
    const start = match.index + match[0].length;
    const quote = match[3] ?? match[5] ?? '"';
    return { from: text.slice(start, text.indexOf(quote, start)), typeOnly: match[2] !== undefined };
  });
}

/** Code with the import's module names left readable. */
function withImports(text: string, code: string): string {
  return code.replace(/\bfrom\s*"\s*"/g, (match, at: number) => text.slice(at, at + match.length));
}
