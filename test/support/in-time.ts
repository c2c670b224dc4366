/** How long a graph database that has just started may plan its statements on a busy machine, ms. */
const plansMs = 60_000;

interface Reply {
  readonly warnings: readonly string[];
}

/**
 * Asks until the graph answers within its budget: without it the same hits have other scores. What came too late it has
 * at hand for the next asking. Of several pages all are asked for again: one that was ranked without the graph is
 * followed by such.
 */
export async function inTime<T extends Reply | readonly Reply[]>(ask: () => Promise<T>): Promise<T> {
  for (const began = performance.now(); ; ) {
    const replied = await ask();
    const replies: readonly Reply[] = "warnings" in replied ? [replied] : replied;
    const late = replies.some(({ warnings }) => warnings.some((text) => text.includes("did not answer within")));
    if (!late || performance.now() - began > plansMs) return replied;
  }
}
