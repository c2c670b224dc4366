import { Fault } from "../../../../src/domain/mod.ts";

/** The Fault that work ends with. */
export async function refusal(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
