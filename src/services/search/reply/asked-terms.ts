import { distinctTerms } from "../../../domain/text/mod.ts";

/** The terms of a question with their weights, and what words say of them: the passages of a page share most words. */
export class AskedTerms {
  readonly #weights: ReadonlyMap<string, number>;
  readonly #said = new Map<string, boolean>();

  constructor(weights: ReadonlyMap<string, number>) {
    this.#weights = weights;
  }

  weight(term: string): number {
    return this.#weights.get(term) ?? 0;
  }

  /** Those that stand in a text, once each. */
  within(text: string): string[] {
    return distinctTerms(text).filter((term) => this.#weights.has(term));
  }

  /** Whether a word is a form of one of them, or made of one. */
  saidBy(word: string): boolean {
    let said = this.#said.get(word);
    if (said === undefined) {
      said = this.within(word).length > 0;
      this.#said.set(word, said);
    }
    return said;
  }
}
