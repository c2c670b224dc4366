/** Words, strings and signs of a statement, comments left out. Strings keep their quotes. */
export function tokensOf(statement: string): string[] {
  const found: string[] = [];
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[\p{ID_Continue}$]+|\S/gu;
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
