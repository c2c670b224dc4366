import type { Fields, Log } from "../ports/mod.ts";

/** A logger with fields that is made only when a line is written: most calls write none of their own. */
export function lazyLog(base: Log, fields: Fields): Log {
  let made: Log | undefined;
  const log = () => {
    made ??= base.with(fields);
    return made;
  };
  return {
    debug: (more, message) => log().debug(more, message),
    info: (more, message) => log().info(more, message),
    warn: (more, message) => log().warn(more, message),
    error: (more, message) => log().error(more, message),
    with: (more) => log().with(more),
  };
}
