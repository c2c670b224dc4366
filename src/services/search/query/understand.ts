import type { QueryTerm } from "../../../ports/mod.ts";
import { declaredName, type QueryKind, queryKind } from "./kind.ts";
import { addNames, type Mentions, mentionsOf } from "./mentions.ts";
import { reportTerms, shortTerms } from "./terms.ts";
import { type Want, wantsOf } from "./wants.ts";

/** A query as the ranker sees it. */
export interface Understanding extends Mentions {
  readonly kind: QueryKind;
  readonly terms: readonly QueryTerm[];
  /** Terms that stand in for another: from alias to the query's own. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly wants: ReadonlySet<Want>;
  /** What is embedded: the query, or a report's head. */
  readonly embedText: string;
}

/** Characters of a report that are embedded: its title and first paragraphs say what it's about. */
const embeddedHead = 1_200;

export function understand(query: string): Understanding {
  const text = query.trim();
  const kind = queryKind(text);
  const mentions = mentionsOf(text);
  const symbols = new Set(mentions.symbols);
  if (kind === "symbol") addNames(declaredName(text) ?? text, symbols);
  const paths = kind === "path" ? [text.replaceAll("\\", "/")] : mentions.paths;
  const phrases = kind === "phrase" ? [text.slice(1, -1)] : mentions.phrases;
  const long = kind === "report" || kind === "error";
  return {
    kind,
    ...(long ? reportTerms(text) : shortTerms(text)),
    symbols: [...symbols],
    paths,
    phrases,
    wants: kind === "report" ? new Set() : wantsOf(text),
    embedText: text.slice(0, embeddedHead),
  };
}
