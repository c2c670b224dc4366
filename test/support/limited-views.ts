import fc from "fast-check";
import type { suite } from "uvu";
import * as assert from "uvu/assert";
import { ingest as ingestAll } from "./gateway-process.ts";
import { type Asked, graphs, others, searches } from "./limited-asked.ts";
import {
  closeWorld,
  doc,
  type Ids,
  idsOf,
  limits,
  makeRepos,
  names,
  openWorld,
  tick,
  type World,
} from "./limited-world.ts";
import { gathered, outcome } from "./two-views.ts";

/** What a token sees that is limited to a source which no gateway here has. */
const nothing = ["delta"];

/**
 * A token limited to sources, on a gateway that has more, against a gateway that has those sources only: whatever is
 * asked, both say the same, to the last digit of a score, the last word of a refusal and all of its details.
 *
 * @param env what the gateway of that name has beside, such as its backends
 * @param runs random questions of each kind
 */
export function limitedViews(
  test: ReturnType<typeof suite>,
  env: (gateway: string) => Readonly<Record<string, string>>,
  runs: number,
): void {
  const repos = makeRepos();
  let whole: World;
  const alone = new Map<string, World>();
  let wholeIds: Ids;
  const aloneIds = new Map<string, Ids>();

  // The test suite says of a hook that fails only that no test ran.
  test.before(() =>
    open().catch((error: unknown) => {
      console.error(error);
      throw error;
    }),
  );

  async function open(): Promise<void> {
    whole = await openWorld(repos, names, [...limits, nothing], env("whole"));
    const hidden = repos.find(({ name }) => name === "beta")!.repo;
    for (const only of limits)
      alone.set(only.join(), await openWorld(repos, only, [only, nothing], env(only.join("_"))));
    // What only the whole gateway goes through: a source that changes, runs that plan and fail, a schedule that ticks.
    hidden.write("docs/page9.md", doc("beta", 9));
    hidden.delete("src/file3.ts");
    hidden.commit();
    const planned = await whole.all.ingest.startIngest({ sources: ["beta"], validateOnly: true });
    for (const { runId } of planned.runs) await gathered(whole.all.ingest.watchIngest({ runId }), () => false);
    await whole.all.ingest.generateCoverage({ source: "beta" });
    const again = { ...whole.all.ingest, startIngest: () => whole.all.ingest.startIngest({ sources: ["beta"] }) };
    await ingestAll({ ...whole.all, ingest: again } as never);
    for (const { all } of [whole, ...alone.values()]) await tick(all);
    wholeIds = await idsOf(whole);
    const { nodes, hidden: chunks } = wholeIds;
    for (const [key, world] of alone) aloneIds.set(key, { ...(await idsOf(world)), nodes, hidden: chunks });
    assert.ok(
      nodes.length > 0 && chunks.length > 0,
      `${nodes.length} nodes to ask for, ${chunks.length} chunks to hide`,
    );
  }

  test.after(async () => {
    for (const world of [whole, ...alone.values()]) await closeWorld(world);
    for (const { repo } of repos) repo.remove();
  });

  async function compare(key: string, { ask }: Asked): Promise<void> {
    const seen = await outcome(() => ask(whole.limited.get(key)!, wholeIds));
    const wanted = await outcome(() => ask(alone.get(key)!.limited.get(key)!, aloneIds.get(key)!));
    assert.equal(seen, wanted);
  }

  for (const only of limits) {
    const key = only.join();
    test(`limited to ${only.join(" and ")}: every search`, () =>
      fc.assert(
        fc.asyncProperty(searches, (one) => compare(key, one)),
        { numRuns: runs, includeErrorInReport: true },
      ));
    test(`limited to ${only.join(" and ")}: every other method`, () =>
      fc.assert(
        fc.asyncProperty(fc.oneof(...others), (one) => compare(key, one)),
        { numRuns: Math.ceil(runs * 1.6), includeErrorInReport: true },
      ));
    test(`limited to ${only.join(" and ")}: every method of the graph`, () =>
      fc.assert(
        fc.asyncProperty(fc.oneof(...graphs), (one) => compare(key, one)),
        { numRuns: runs, includeErrorInReport: true },
      ));
  }

  test("on a gateway with its sources alone, a limited token sees what an unlimited one sees", () => {
    const key = limits[1]!.join();
    const { all, limited } = alone.get(key)!;
    // Schedules and the entries of no source are for those who see all, even where that is the same.
    return fc.assert(
      fc.asyncProperty(fc.oneof(searches, ...graphs), async ({ ask }) => {
        const ids = aloneIds.get(key)!;
        assert.equal(await outcome(() => ask(limited.get(key)!, ids)), await outcome(() => ask(all, ids)));
      }),
      { numRuns: Math.ceil(runs / 2), includeErrorInReport: true },
    );
  });

  test("a name in a refusal is the caller's own, and an answer names no other source", async () => {
    const hits = await whole.limited
      .get("alpha")!
      .search.search({ query: "beta-secret leaseOfbeta", pageSize: 50, explain: true });
    const text = JSON.stringify(hits);
    assert.not.match(text, /beta/);
    assert.not.match(text, /gamma/);
  });

  test("a token that may see no source sees the same nothing wherever it is, and a search has no hit", async () => {
    const [where] = limits;
    const elsewhere = alone.get(where!.join())!.limited.get(nothing.join())!;
    const here = whole.limited.get(nothing.join())!;
    assert.equal((await here.search.search({ query: "lease shared", pageSize: 50 })).hits, []);
    assert.equal((await here.ingest.listSources({})).sources, []);
    await fc.assert(
      fc.asyncProperty(fc.oneof(searches, ...others, ...graphs), async ({ ask }) => {
        const wanted = await outcome(() => ask(elsewhere, aloneIds.get(where!.join())!));
        assert.equal(await outcome(() => ask(here, wholeIds)), wanted);
      }),
      { numRuns: Math.ceil(runs * 1.6), includeErrorInReport: true },
    );
  });

  // Last, since it leaves runs behind.
  for (const only of limits) {
    test(`limited to ${only.join(" and ")}: a whole ingest is one of those sources`, async () => {
      const { ingest } = whole.limited.get(only.join())!;
      const { runs } = await ingest.startIngest({ validateOnly: true });
      for (const { runId } of runs) await gathered(ingest.watchIngest({ runId }), () => false);
      assert.equal(runs.map((run) => run.source).sort(), [...only].sort());
    });
  }
}
