/** An error with the file it happened at, on its way to the run's record. */
export class AtPath extends Error {
  override readonly name = "AtPath";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`at ${JSON.stringify(path)}`, { cause });
    this.path = path;
  }
}
