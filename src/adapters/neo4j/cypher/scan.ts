import { nameBefore, nameFrom } from "./names.ts";
import { joined, refused, type Token, tokensOf } from "./tokens.ts";

/** Characters; what people write is far shorter, and data belongs into parameters. */
export const longestStatement = 10_000;
/** Both: a parser and planner that recurse run out of stack on Neo4j 5.26 somewhere past a thousand. */
const mostTokens = 2_000;
const deepest = 60;

const opening = new Set(["MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"]);
const writing = new Set([
  ...["CREATE", "MERGE", "INSERT", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH"],
  // These begin statements, which `opening` sees to; a server of tomorrow may take them elsewhere.
  ...["DROP", "ALTER", "GRANT", "REVOKE", "TERMINATE"],
]);
/** Behind a name, and never behind the word that begins a clause that writes. */
const following = new Set([
  ...["AS", "IS", "IN", "AND", "OR", "XOR", "STARTS", "ENDS", "CONTAINS", "ASC", "ASCENDING", "DESC", "DESCENDING"],
  ...["ORDER", "SKIP", "OFFSET", "LIMIT", "WHERE", "RETURN", "WITH", "MATCH", "OPTIONAL", "UNION", "UNWIND"],
  ...["WHEN", "THEN", "ELSE", "END"],
]);
/** Namespaces of functions that come with Neo4j and only compute. */
const computing = /^(date|datetime|localdatetime|localtime|time|duration|point|vector\.similarity)\.[a-z]+$/i;

/** What `KM_GRAPH_CYPHER_ALLOW` names: procedures and functions; `subqueries` stands for `CALL { … }`. */
export type Allowed = ReadonlySet<string>;

/**
 * The first of the guards: what a statement may hold, by its words. It is stricter than it need be with what a
 * transaction that only reads does not stop (procedures, files, other databases, other callers' transactions), and
 * lenient with names that look like clauses that write, since the server tells those.
 *
 * @returns the statement as it is to be sent, without comments
 * @throws Fault `invalid` that says what is refused
 */
export function scanStatement(statement: string, allowed: Allowed): string {
  if (statement.length > longestStatement)
    throw refused(`must not be longer than ${longestStatement} characters: hand data over as parameters`);
  const tokens = tokensOf(statement);
  if (isSign(tokens.at(-1), ";")) tokens.pop();
  if (tokens.length === 0) throw refused("must be a statement such as MATCH (n:KmSource) RETURN n.name");
  if (tokens.length > mostTokens) throw refused(`must not have more than ${mostTokens} words and signs`);
  nested(tokens);
  const [first] = tokens;
  if (first?.kind !== "word" || !opening.has(folded(first)))
    throw refused(
      "must begin with MATCH, OPTIONAL MATCH, WITH, UNWIND or RETURN: only reading is done here, and neither SHOW, USE, EXPLAIN nor PROFILE",
    );
  for (const [at, token] of tokens.entries()) {
    if (isSign(token, ";")) throw refused("must be one statement; ';' may stand at its end only");
    if (isSign(token, "(")) callable(tokens, at, allowed);
    if (token.kind === "word") clause(tokens, at, allowed);
  }
  return joined(tokens);
}

function clause(tokens: readonly Token[], at: number, allowed: Allowed): void {
  const word = folded(tokens[at]!);
  const next = tokens[at + 1];
  const named = next?.kind === "word" || next?.kind === "quoted";
  if (word === "LOAD" && next?.kind === "word" && folded(next) === "CSV")
    throw refused("LOAD CSV has the database read files and addresses: it is refused");
  if (word === "IN" && isSign(tokens[at - 1], "}"))
    if (tokens.slice(at, at + 4).some((each) => each.kind === "word" && folded(each).startsWith("TRANSACTION")))
      throw refused("CALL … IN TRANSACTIONS is for writing: it is refused");
  if (isName(tokens, at)) return;
  if (word === "USE" && named && beginsQuery(tokens, at)) throw refused("USE leads to other databases: it is refused");
  // Procedures have a namespace: `call AS c` names a variable, `CALL as.c()` is a call.
  const goesOn = named && (isSign(tokens[at + 2], ".") || !(next.kind === "word" && following.has(folded(next))));
  if (word === "CALL" && (goesOn || isSign(next, "{") || isSign(next, "("))) {
    if (!named) {
      if (!allowed.has("subqueries"))
        throw refused(
          "CALL { … } is refused, unless KM_GRAPH_CYPHER_ALLOW names subqueries; EXISTS, COUNT and COLLECT { … } are not",
        );
      return;
    }
    const name = nameFrom(tokens, at + 1);
    if (!name.includes(".") || !allowed.has(name))
      throw refused(
        `CALL ${name} is refused: KM_GRAPH_CYPHER_ALLOW does not name that procedure. A variable named call is written \`call\``,
      );
  }
  if (!writing.has(word)) return;
  if (goesOn || isSign(next, "("))
    throw refused(`${word} changes data or schema: only reading is done here. A name that is written so goes in \`…\``);
}

/** Functions that don't come with Neo4j may do anything, as procedures may. */
function callable(tokens: readonly Token[], at: number, allowed: Allowed): void {
  const { name, from } = nameBefore(tokens, at);
  if (!name.includes(".") || computing.test(name) || allowed.has(name)) return;
  const before = tokens[from - 1];
  if (before?.kind === "word" && folded(before) === "CALL" && !isName(tokens, from - 1)) return;
  throw refused(`the function ${name} is refused: KM_GRAPH_CYPHER_ALLOW does not name it`);
}

/** Whether a word can only be a name: of a property, a label, a parameter, a key, or a variable that is used. */
function isName(tokens: readonly Token[], at: number): boolean {
  const [before, dot] = [tokens[at - 2], tokens[at - 1]];
  if (isSign(dot, "$") || isSign(dot, ":")) return true;
  // `1.` may be a number, and what follows it a clause.
  if (isSign(dot, ".")) return before !== undefined && before.kind !== "number" && !isSign(before, ".");
  const next = tokens[at + 1];
  return next === undefined || (next.kind === "sign" && !"({".includes(next.text) && next.text !== "$");
}

/** Where a query may begin: at first, in braces, behind UNION. */
function beginsQuery(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before === undefined || isSign(before, "{")) return true;
  return before.kind === "word" && ["UNION", "ALL", "DISTINCT"].includes(folded(before));
}

function nested(tokens: readonly Token[]): void {
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind !== "sign") continue;
    if ("([{".includes(text)) depth += 1;
    else if (")]}".includes(text)) depth -= 1;
    if (depth > deepest) throw refused(`must not have more than ${deepest} brackets within each other`);
  }
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === "sign" && token.text === text;
}

/** As the least strict reader might take it: `ſet` and `MATCH` in full width too. */
function folded({ text }: Token): string {
  return text.normalize("NFKC").toUpperCase();
}
