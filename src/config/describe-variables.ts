import { sections } from "./all-sections.ts";

export interface DescribedVariable {
  readonly name: string;
  readonly section: string;
  readonly summary: string;
  readonly accepts: string;
  /** As it would be written, or in words when it depends on something else. */
  readonly default: string;
  readonly reason: string;
  readonly secret: boolean;
}

/** Every variable there is, for the documentation and `gateway config`. */
export function describeVariables(): readonly DescribedVariable[] {
  return [...sections].flatMap(([section, variables]) =>
    Object.values(variables).map((v) => ({
      name: v.name,
      section,
      summary: v.summary,
      accepts: v.parser.accepts,
      default: v.default ?? v.unset,
      reason: v.reason,
      secret: v.parser.secret,
    })),
  );
}
