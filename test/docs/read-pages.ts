import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../src/runtime/mod.ts";

/** A block between three backticks. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

/** One of the project's documents, taken apart. */
export interface Page {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  /** Without fences. */
  readonly prose: string;
  /** Inline code of the prose, line breaks as blanks. */
  readonly inline: readonly string[];
  /** Targets of its links, as written. */
  readonly links: readonly string[];
  /** What a link may have behind "#". */
  readonly anchors: ReadonlySet<string>;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** As GitHub makes an anchor of a heading: lower case, punctuation left out, blanks as dashes. */
function anchor(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replace(/ /g, "-");
}

export function parsePage(path: string, text: string): Page {
  const prose = text.replace(fence, "");
  const words = prose.replace(/`[^`]*`/g, "");
  return {
    path,
    text,
    fences: [...text.matchAll(fence)].map(([, language = "", body = ""]) => ({ language, text: body })),
    prose,
    inline: [...prose.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replace(/\s+/g, " ").trim()),
    links: [...words.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target),
    anchors: new Set([...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading))),
  };
}

/** README.md, AGENTS.md, CONTRIBUTING.md, and all of docs/. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(projectFile("docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => join("docs", name));
  return ["README.md", "AGENTS.md", "CONTRIBUTING.md", ...docs].map((path) =>
    parsePage(path, readFileSync(projectFile(path), "utf8")),
  );
}
