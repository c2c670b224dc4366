import { InvalidArgumentError } from "commander";

/** For options that may be given several times. */
export function several(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** For options and arguments that are whole numbers from 1. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("A whole number from 1 is wanted.");
  return value;
}
