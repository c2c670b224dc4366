const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Budgeted {
  readonly texts: readonly string[];
  /** Passages that lost lines, or all of them. */
  readonly cut: number;
}

/** Spends `limit` bytes on texts in their order, the best first; the one that doesn't fit is cut between lines. */
export function withinBudget(texts: readonly string[], limit: number): Budgeted {
  let left = limit;
  let cut = 0;
  const kept = texts.map((text) => {
    const bytes = encoder.encode(text);
    if (bytes.length <= left) {
      left -= bytes.length;
      return text;
    }
    cut += 1;
    const end = bytes.lastIndexOf(0x0a, left - 1);
    const part = left > 0 && end >= 0 ? decoder.decode(bytes.subarray(0, end + 1)) : "";
    // What follows is worth less than what was cut: the budget ends here.
    left = 0;
    return part;
  });
  return { texts: kept, cut };
}
