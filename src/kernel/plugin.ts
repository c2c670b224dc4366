import type { Health } from "./health.ts";
import type { Token } from "./token.ts";

/** Config validation is any function that returns a value or throws an error whose message names the fix. */
export type Parse<C> = (raw: unknown) => C;

/** What a running plug-in hands back. Every member but `value` is optional. */
export interface Running<T> {
  readonly value: T;
  /** Stop taking new work; let accepted work finish. Called once at most. */
  drain?(signal: AbortSignal): Promise<void>;
  /** Release everything. Called once, even after a failed drain. */
  stop?(signal: AbortSignal): Promise<void>;
  health?(signal: AbortSignal): Promise<Health>;
}

export type Needs = Readonly<Record<string, Token<unknown>>>;

export type Resolved<N extends Needs> = { readonly [K in keyof N]: N[K] extends Token<infer T> ? T : never };

export interface Plugin<T = unknown, N extends Needs = Needs, C = unknown> {
  readonly name: string;
  readonly provides: Token<T>;
  readonly needs: N;
  readonly config: Parse<C>;
  /** `signal` aborts when the start takes longer than its limit. */
  start(needs: Resolved<N>, config: C, signal: AbortSignal): Promise<Running<T>>;
}

/** Infers the type parameters, then forgets them: the kernel holds `Plugin[]`. */
export function definePlugin<T, N extends Needs, C>(plugin: Plugin<T, N, C>): Plugin {
  return plugin as unknown as Plugin;
}
