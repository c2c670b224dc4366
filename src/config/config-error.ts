/** Everything that is wrong with the environment, at once. Holds no secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is refused:\n  ${problems.join("\n  ")}`);
    this.problems = problems;
  }
}
