type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON object; undefined when the text is none. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** JSON with comments and commas before closing brackets, as compilers' settings have it. */
export function jsoncObject(text: string): JsonObject | undefined {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("/") ? " " : part,
  );
  return jsonObject(bare.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part === "," ? "" : part)));
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Line (from 1) of a key, looked for below its section's own key; that of the section when it isn't found. */
export function keyLines(text: string): (section: string, key: string) => number {
  const found = new Map<string, number[]>();
  for (const [at, row] of text.split("\n").entries()) {
    for (const [, key = ""] of row.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)) {
      const lines = found.get(key);
      if (lines === undefined) found.set(key, [at + 1]);
      else lines.push(at + 1);
    }
  }
  return (section, key) => {
    const top = found.get(section)?.[0] ?? 1;
    return found.get(key)?.find((line) => line >= top) ?? top;
  };
}
