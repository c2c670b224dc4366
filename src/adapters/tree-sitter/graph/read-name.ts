/** Characters looked at before a name for its qualifier; longer ones resolve to nothing. */
const reach = 300;

/** The same for type arguments, which may be whole signatures. */
const typesReach = 3_000;

/** Whether a UTF-16 unit belongs to a name in any of the languages. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

/**
 * `ruby`: names may end in "?" or "!". `shell`: commands may hold "-", "." and "/". `arrows`: "->" stands before a member;
 * elsewhere it is part of a lambda or a return type.
 */
export type Spelling = "ruby" | "shell" | "arrows";

/** The end of the name at `at`, "#" of private members and "~" of destructors included. */
export function nameEnd(text: string, at: number, spelling?: Spelling): number {
  let end = at;
  const first = text.charCodeAt(end);
  if (first === 35 || first === 64 || first === 126) end += 1;
  while (end < text.length && isWord(text.charCodeAt(end))) end += 1;
  if (spelling === undefined) return end;
  if (spelling === "shell") {
    while (end < text.length && (isWord(text.charCodeAt(end)) || "-./:+".includes(text[end]!))) end += 1;
    return end;
  }
  const next = text[end];
  return (next === "?" || next === "!") && text[end + 1] !== "=" ? end + 1 : end;
}

export function skipSpace(text: string, at: number): number {
  let to = at;
  while (to < text.length && text.charCodeAt(to) <= 32) to += 1;
  return to;
}

function skipSpaceBack(text: string, at: number): number {
  let to = at;
  while (to > 0 && text.charCodeAt(to - 1) <= 32) to -= 1;
  return to;
}

/** Length of the member separator that ends at `at`; 0 for none. */
function separatorBefore(text: string, at: number, spelling: Spelling | undefined): number {
  const last = text[at - 1];
  const second = text[at - 2];
  // "..." spreads and ".." ranges separate no member.
  if (last === ".") return second === "." ? 0 : second === "?" || second === "&" ? 2 : 1;
  if (last === ":" && second === ":") return 2;
  if (spelling === "arrows" && last === ">" && second === "-") return text[at - 3] === "?" ? 3 : 2;
  return last === "\\" ? 1 : 0;
}

/** Start of the name that follows `at` as a member; -1 when none does. */
export function memberAfter(text: string, at: number, spelling?: Spelling): number {
  let to = skipSpace(text, at);
  if (text[to] === "?" && (text[to + 1] === "." || text[to + 1] === "-")) to += 1;
  if (text[to] === "." && text[to + 1] !== ".") to += 1;
  else if (text[to] === ":" && text[to + 1] === ":") to += 2;
  else if (spelling === "arrows" && text[to] === "-" && text[to + 1] === ">") to += 2;
  else return -1;
  to = skipSpace(text, to);
  return isWord(text.charCodeAt(to)) ? to : -1;
}

/** Whether the name at `at` is a member of something. */
export function isMember(text: string, at: number, spelling?: Spelling): boolean {
  return separatorBefore(text, skipSpaceBack(text, at), spelling) > 0;
}

const openers: Readonly<Record<string, string>> = { ")": "(", "]": "[", ">": "<" };

/** Start of the bracket that closes just before `at`, of `types` that may hold blocks; -1 when it isn't near. */
function bracketStart(text: string, at: number, floor: number, types = false): number {
  const close = text[at - 1]!;
  const open = openers[close]!;
  let depth = 0;
  for (let to = at - 1; to >= floor; to -= 1) {
    const char = text[to];
    // The head of an arrow closes nothing.
    if (char === close) depth += close === ">" && text[to - 1] === "=" ? 0 : 1;
    else if (char === open) depth -= 1;
    if (depth === 0) return to;
    if (close === ">" && !types && (char === ";" || char === "{")) return -1;
  }
  return -1;
}

/** Start of the name that the arguments at `at` are given to, past type arguments, "?." and "!"; -1 when it is no name. */
export function nameBefore(text: string, at: number): number {
  let end = skipSpaceBack(text, at);
  if (text[end - 1] === ">") {
    const start = bracketStart(text, end, Math.max(0, end - typesReach), true);
    if (start < 0) return -1;
    end = skipSpaceBack(text, start);
  }
  if (text[end - 1] === "." && text[end - 2] === "?") end = skipSpaceBack(text, end - 2);
  while (text[end - 1] === "!") end -= 1;
  let start = end;
  while (start > 0 && isWord(text.charCodeAt(start - 1))) start -= 1;
  if (start === end) return -1;
  return text[start - 1] === "#" ? start - 1 : start;
}

/**
 * What stands before the name at `at`, as written without spaces: `this.pool`, `a::b`, `std`. What brackets hold is left
 * out: `f(x).g` gives `f()`, a chain that begins with a literal or too far away begins with "…".
 */
export function qualifierBefore(text: string, at: number, spelling?: Spelling): string {
  const parts: string[] = [];
  const floor = Math.max(0, at - reach);
  let here = at;
  for (;;) {
    const after = skipSpaceBack(text, here);
    const length = separatorBefore(text, after, spelling);
    if (length === 0) break;
    let to = skipSpaceBack(text, after - length);
    const separator = text.slice(after - length, after);
    let chain = "";
    while (text[to - 1] === "!" || text[to - 1] === "?") to -= 1;
    for (;;) {
      const last = text[to - 1];
      if (last === ")" || last === "]" || last === ">") {
        const start = bracketStart(text, to, floor);
        if (start < 0) break;
        if (last !== ">") chain = `${last === ")" ? "()" : "[]"}${chain}`;
        to = start;
        // Rust's `Vec::<u8>::new`.
        if (last === ">" && text[to - 1] === ":" && text[to - 2] === ":") to -= 2;
        continue;
      }
      const end = to;
      while (to > floor && isWord(text.charCodeAt(to - 1))) to -= 1;
      if (text[to - 1] === "#") to -= 1;
      while (spelling === "ruby" && text[to - 1] === "@") to -= 1;
      chain = text.slice(to, end) + chain;
      break;
    }
    if (parts.length > 0) parts.push(separator);
    // A leading separator: `::std::x`, `\A\b`.
    if (chain === "") {
      const rooted =
        to === skipSpaceBack(text, after - length) &&
        (separator === "::" || separator === "\\") &&
        !/[\w>)\]]/.test(text[to - 1] ?? "");
      if (rooted && parts.length === 0) parts.push(separator);
      else if (!rooted) parts.push("…");
      break;
    }
    parts.push(chain);
    here = to;
    if (here <= floor) break;
  }
  return parts.length === 1 ? parts[0]! : parts.reverse().join("");
}
