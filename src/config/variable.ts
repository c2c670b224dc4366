import type { Parser } from "./parser.ts";
import type { Problems } from "./problems.ts";

/** The process environment, or what a test passes for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One declared `KM_` variable: what the parser, the documentation and `gateway config` are made from. */
export interface Variable<T> {
  readonly name: string;
  readonly summary: string;
  /** As it would be written; undefined when the value depends on something else, which `unset` then says. */
  readonly default: string | undefined;
  readonly unset: string;
  /** Why this default. */
  readonly reason: string;
  readonly parser: Parser<T>;
}

interface Declaration<P> {
  readonly name: `KM_${string}`;
  readonly summary: string;
  readonly reason: string;
  readonly parser: P;
}

export function variable<T>(declared: Declaration<Parser<T>> & { readonly default: string }): Variable<T> {
  return { ...declared, unset: "" };
}

/** One without a fixed default: `unset` says in words what happens then. */
export function optional<T>(declared: Declaration<Parser<T>> & { readonly unset: string }): Variable<T | undefined> {
  return { ...declared, default: undefined };
}

/** A section's variables, by the name its code gives them. */
// biome-ignore lint/suspicious/noExplicitAny: each variable has a type of its own, which `Values` recovers
export type Variables = Readonly<Record<string, Variable<any>>>;

export type Values<V extends Variables> = { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never };

/** A value set to nothing (`KM_X=`, as compose files write it) counts as unset. */
export function given(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === "" ? undefined : text;
}

/** Reads a section. A refused value is reported and replaced by the default, so that reading goes on. */
export function readValues<V extends Variables>(variables: V, env: Environment, problems: Problems): Values<V> {
  const values: Record<string, unknown> = {};
  for (const [key, { name, parser, default: fallback }] of Object.entries(variables)) {
    const text = given(env, name);
    let parsed = text === undefined ? undefined : parser.parse(text);
    if (parsed && "problem" in parsed) {
      problems.add(name, `${parsed.problem}; expected ${parser.accepts}`);
      parsed = undefined;
    }
    if (parsed === undefined && fallback !== undefined) parsed = parser.parse(fallback);
    if (parsed && "problem" in parsed) throw new Error(`the default of ${name} is wrong: ${parsed.problem}`);
    values[key] = parsed?.value;
  }
  return values as Values<V>;
}
