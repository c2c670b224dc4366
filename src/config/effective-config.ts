import { describeVariables } from "./describe-variables.ts";
import type { GatewayConfig } from "./read-config.ts";
import { type Environment, given } from "./variable.ts";

export interface EffectiveVariable {
  readonly name: string;
  readonly section: string;
  readonly summary: string;
  /** What is in force, `[secret]` for a secret that is set. */
  readonly value: string;
  readonly from: "environment" | "default";
}

/** Every variable with the value in force and where it is from; secrets are not in it. */
export function effectiveConfig(config: GatewayConfig): readonly EffectiveVariable[] {
  return config.variables;
}

export function effectiveVariables(env: Environment): readonly EffectiveVariable[] {
  return describeVariables().map(({ name, section, summary, secret, default: fallback }) => {
    const text = given(env, name);
    return Object.freeze({
      name,
      section,
      summary,
      value: text === undefined ? fallback : secret ? "[secret]" : text,
      from: text === undefined ? "default" : "environment",
    } as const);
  });
}
