import process from "node:process";

/** Where a command writes: results to `out`, progress and messages to `err`. */
export interface Output {
  /** One JSON value a line instead of text for people. */
  readonly json: boolean;
  /** Whether `err` is a terminal that can redraw a line. */
  readonly terminal: boolean;
  out(text: string): void;
  err(text: string): void;
}

export function standardOutput(json: boolean): Output {
  return {
    json,
    terminal: process.stderr.isTTY === true && !json,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** Columns padded to their widest cell; the last one is left ragged. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

export function ago(when: Date | undefined, now: Date): string {
  if (!when || when.getTime() === 0) return "never";
  const seconds = Math.max(0, Math.round((now.getTime() - when.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}
