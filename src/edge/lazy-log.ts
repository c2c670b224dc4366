import type { Fields, Log } from "../ports/mod.ts";

/** A logger with fields that is made only when a line is written: most calls write none of their own. */
export class LazyLog implements Log {
  readonly #base: Log;
  readonly #fields: Fields;
  #made: Log | undefined;

  constructor(base: Log, fields: Fields) {
    this.#base = base;
    this.#fields = fields;
  }

  debug(fields: Fields, message: string): void {
    this.#log().debug(fields, message);
  }

  info(fields: Fields, message: string): void {
    this.#log().info(fields, message);
  }

  warn(fields: Fields, message: string): void {
    this.#log().warn(fields, message);
  }

  error(fields: Fields, message: string): void {
    this.#log().error(fields, message);
  }

  with(fields: Fields): Log {
    return this.#log().with(fields);
  }

  #log(): Log {
    this.#made ??= this.#base.with(this.#fields);
    return this.#made;
  }
}
