import { InvalidArgumentError } from "commander";

/** For options that may be given several times. */
export function several(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** For an address to call: `host:port`, `[IPv6]:port` or `unix:///path`. */
export function callAddress(text: string): string {
  const port = Number(/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(text)?.[1]);
  if (!text.startsWith("unix:///") && !(port >= 1 && port <= 65_535)) {
    throw new InvalidArgumentError("host:port is wanted, such as 127.0.0.1:50051, or unix:///path.");
  }
  return text;
}

/** For options and arguments that are whole numbers from 1. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("A whole number from 1 is wanted.");
  return value;
}
