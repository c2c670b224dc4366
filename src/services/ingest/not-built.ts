import { Fault } from "../../domain/mod.ts";

/** The RPCs of IngestService that are not built yet, each with what it will give. */
export const notBuilt: ReadonlyMap<string, string> = new Map([["GetLifecycle", "the lifecycle report"]]);

/** What such an RPC answers. */
export async function refuseNotBuilt(method: string): Promise<never> {
  const what = notBuilt.get(method) ?? "it";
  throw new Fault("unimplemented", `${method}: this version of the gateway does not have ${what} yet`, {
    metadata: { method },
  });
}
