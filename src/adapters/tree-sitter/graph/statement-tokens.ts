/** No class of Unicode's: those make a pattern many times slower, and every letter past ASCII may stand in a name. */
const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[\w$\u0080-\uffff]+|\S/g;

/** Words, strings and signs of a statement, comments left out. Strings keep their quotes. */
export function tokensOf(statement: string): string[] {
  const found: string[] = [];
  for (const [word] of statement.matchAll(token)) {
    if (!word.startsWith("//") && !word.startsWith("/*")) found.push(word);
  }
  return found;
}

export function unquoted(token: string): string {
  return token.slice(1, -1);
}

export function isQuoted(token: string | undefined): token is string {
  return token !== undefined && token.length > 1 && /^["'`]/.test(token);
}
