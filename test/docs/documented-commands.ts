import type { Page } from "./read-pages.ts";

/** A command as a document gives it. */
export interface Documented {
  /** On one line, without its comment and prompt; a here-document keeps its lines. */
  readonly command: string;
  /** The pages that give it. */
  readonly pages: ReadonlySet<string>;
  /** What the document shows it to print; empty where it shows nothing. */
  readonly prints: readonly string[];
}

/** What begins a command in inline code. Two words or more: `node` alone is a word. */
const programs =
  /^(?:KM_\w+=\S* )*(?:gateway|gateway-ingest|npm|npx|node|grpcurl|buf|promtool|docker|kubectl|systemctl|sudo|git|openssl|go|python3?|infra\/\S+\.sh)(?: |$)/;
const alone = /^(?:infra\/\S+\.sh|(?:npm|git|buf|node|gateway|go|docker) \S.*|.* .*)$/;

const setting = /^KM_\w+=\S*$/;

/** Settings, not commands: a block of them is what goes into the environment. */
export function settingsOf(text: string): readonly string[] {
  return lines(text).filter((line) => setting.test(line));
}

/** Logical lines of a shell block: continued ones joined, comments gone, here-documents whole. */
function lines(text: string): readonly string[] {
  const found: string[] = [];
  const rest = text.replace(/\\\n\s*/g, "").split("\n");
  for (let line = rest.shift(); line !== undefined; line = rest.shift()) {
    let whole = line.replace(/(^|\s+)#( .*)?$/, "").trim();
    const [, end] = /<<'(\w+)'/.exec(whole) ?? [];
    if (end !== undefined) {
      const body = rest.splice(0, rest.indexOf(end) + 1);
      whole = [whole, ...body].join("\n");
    }
    if (whole !== "") found.push(whole);
  }
  return found;
}

function* inBlock(language: string, text: string): Iterable<{ command: string; prints: string[] }> {
  if (language === "sh") {
    for (const command of lines(text)) if (!setting.test(command)) yield { command, prints: [] };
  }
  if (language !== "console") return;
  for (const [shown = "", ...prints] of text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => part.split("\n"))) {
    yield { command: shown.trim(), prints };
  }
}

/** Every command of the documents: of their shell blocks, and of inline code that is one. */
export function documentedCommands(pages: readonly Page[]): ReadonlyMap<string, Documented> {
  const found = new Map<string, { command: string; pages: Set<string>; prints: string[] }>();
  const add = (page: Page, command: string, prints: readonly string[] = []) => {
    const known = found.get(command) ?? { command, pages: new Set(), prints: [] };
    known.pages.add(page.path);
    known.prints.push(...prints);
    found.set(command, known);
  };
  for (const page of pages) {
    for (const { language, text } of page.fences) {
      for (const { command, prints } of inBlock(language, text)) add(page, command, prints);
    }
    for (const code of page.inline) if (programs.test(code) && alone.test(code)) add(page, code);
  }
  return found;
}

/** `[--flag X]` as written out, `a|b` as each of both: what a synopsis stands for. */
export function spelledOut(command: string): readonly string[] {
  const plain = command.replace(/\[([^\]]*)\]/g, "$1");
  const [choice] = /[\w-]+(?:\|[\w-]+)+/.exec(plain) ?? [];
  if (choice === undefined || plain.includes('"')) return [plain];
  return choice.split("|").flatMap((one) => spelledOut(plain.replace(choice, one)));
}
