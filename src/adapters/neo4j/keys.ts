import { createHash } from "node:crypto";

/** Short and of one length whatever a path or a name holds: index entries end at eight kilobytes. */
export function keyOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
}

/**
 * Text that sorts by code points as the original sorts by code units: characters from U+E000 to U+FFFF stand behind
 * those past U+FFFF, whose code units begin with surrogates.
 */
export function orderOf(text: string): string {
  return text.replace(/[\ue000-\uffff]/gu, (char) => `\u{10ffff}${char}`);
}
