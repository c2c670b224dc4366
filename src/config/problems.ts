/** Collects what is wrong, so that an operator sees all of it in one start. */
export class Problems {
  readonly #texts: string[] = [];
  readonly #names = new Set<string>();

  add(name: string, text: string): void {
    this.#names.add(name);
    this.#texts.push(`${name}: ${text}`);
  }

  /** Whether one of these variables is already refused: a rule over it would only repeat the complaint. */
  touches(...names: readonly string[]): boolean {
    return names.some((name) => this.#names.has(name));
  }

  get texts(): readonly string[] {
    return this.#texts;
  }
}
