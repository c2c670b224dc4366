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
  const rows = text.split("\n");
  const find = (key: string, from: number) =>
    rows.findIndex((row, at) => at >= from && row.includes(`${JSON.stringify(key)}:`));
  const loose = (key: string, from: number) => {
    const tight = find(key, from);
    return tight >= 0 ? tight : rows.findIndex((row, at) => at >= from && row.includes(JSON.stringify(key)));
  };
  return (section, key) => {
    const top = Math.max(0, loose(section, 0));
    const at = loose(key, top);
    return (at >= 0 ? at : top) + 1;
  };
}
