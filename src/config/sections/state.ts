import { absolute, duration, path } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

export interface StateConfig {
  /** Absolute. */
  readonly path: string;
  readonly generationGraceMs: number;
}

export const stateVariables = {
  path: variable({
    name: "KM_STATE_PATH",
    summary: "Folder of the index, job state and audit ledger; created when missing.",
    default: "./.gateway",
    reason: "Beside what it describes while developing; the container image sets /opt/knowledge/var.",
    parser: path,
  }),
  generationGrace: variable({
    name: "KM_GENERATION_GRACE",
    summary: "How long a superseded generation stays readable for pages already begun.",
    default: "10m",
    reason: "Longer than an agent takes from one page to the next, and short enough that old rows do not pile up.",
    parser: duration("0s", "1d"),
  }),
};

export function stateConfig(values: Values<typeof stateVariables>, cwd: string): StateConfig {
  return { path: absolute(values.path, cwd), generationGraceMs: values.generationGrace };
}
