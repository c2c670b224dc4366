/** A value, or why the text is not one. A problem never repeats a secret. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** Reads one variable's text. */
export interface Parser<T> {
  /** What is accepted, for error texts and the documentation: "on or off". */
  readonly accepts: string;
  readonly secret: boolean;
  parse(text: string): Parsed<T>;
}

/** A parser that gives `undefined` for every text it does not take. */
export function parser<T>(accepts: string, read: (text: string) => T | undefined): Parser<T> {
  return {
    accepts,
    secret: false,
    parse(text) {
      const value = read(text);
      return value === undefined ? { problem: `${quoted(text)} is not accepted` } : { value };
    },
  };
}

/** As it may be shown: escaped, and cut where nobody reads on. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
