import process from "node:process";
import fc from "fast-check";

/**
 * Gives all properties of this process one seed, and says which: KM_TEST_SEED repeats it. The runner shows the line
 * whether tests fail or not.
 */
export function useSeed(): void {
  const seed = Number(process.env["KM_TEST_SEED"] ?? Date.now() % 2 ** 31);
  fc.configureGlobal({ seed });
  console.log(`seed ${seed} (KM_TEST_SEED repeats it)`);
}
