import { type Captures, markOffset, markRole, Role, type Span } from "./captures.ts";
import { nameEnd } from "./read-name.ts";

/** Nesting looked through for a local name: deeper than people write. */
const deepest = 64;

interface Scope extends Span {
  readonly outer: Scope | undefined;
  readonly names: Set<string>;
}

/** Follows the scopes of a text from its start to its end. */
export class ScopeWalk {
  readonly #spans: readonly Span[];
  readonly #made: Scope[] = [];
  #next = 0;
  #inner: Scope | undefined;

  private constructor(spans: readonly Span[]) {
    this.#spans = spans;
  }

  /** The walk with every local name bound but those that are known otherwise, ready to be asked from the start on. */
  static of(captures: Captures, text: string, isKnown: (name: string, offset: number) => boolean): ScopeWalk {
    const walk = new ScopeWalk(captures.scopes);
    for (const mark of captures.marks) {
      if (markRole(mark) !== Role.local) continue;
      const offset = markOffset(mark);
      const name = text.slice(offset, nameEnd(text, offset));
      if (!isKnown(name, offset)) walk.#at(offset)?.names.add(name);
    }
    walk.#at(Number.POSITIVE_INFINITY);
    walk.#next = 0;
    walk.#inner = undefined;
    return walk;
  }

  /** Whether a parameter or local variable of an enclosing scope has that name. Offsets must not go back. */
  binds(name: string, offset: number): boolean {
    let scope = this.#at(offset);
    for (let depth = 0; scope !== undefined && depth < deepest; depth += 1) {
      if (scope.names.has(name)) return true;
      scope = scope.outer;
    }
    return false;
  }

  #at(offset: number): Scope | undefined {
    for (;;) {
      const span = this.#spans[this.#next];
      const starts = span !== undefined && span.start <= offset;
      const until = starts ? span.start : offset;
      while (this.#inner !== undefined && this.#inner.end <= until) this.#inner = this.#inner.outer;
      if (!starts) return this.#inner;
      const made = this.#made[this.#next] ?? { ...span, outer: this.#inner, names: new Set<string>() };
      this.#made[this.#next] = made;
      this.#inner = made;
      this.#next += 1;
    }
  }
}
