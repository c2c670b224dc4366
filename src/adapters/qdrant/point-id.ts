import { createHash } from "node:crypto";

/** A UUID that follows from its parts: writing the same thing twice writes one point. */
export function pointId(...parts: readonly (string | number)[]): string {
  const hex = createHash("sha256").update(parts.join("\0")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
