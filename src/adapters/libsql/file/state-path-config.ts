export interface StatePathConfig {
  readonly statePath: string;
}

/** @throws Error that says what to set. */
export function parseStatePath(raw: unknown): StatePathConfig {
  const path = typeof raw === "object" && raw !== null && "statePath" in raw ? raw.statePath : undefined;
  if (typeof path !== "string" || path === "") throw new Error("KM_STATE_PATH: set it to a folder for the state");
  return { statePath: path };
}
