import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCommand, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("gateway quota show, where the gateway counts in its memory");
const repo = makeRepo({ "a.md": "# A\n" });
repo.commit();
test.after(() => repo.remove());

test("what is left of one's own, here and by address; without a token, and without a gateway, what to do", async () => {
  const reader = "reads-beside-the-gateway-0123456789abcdefgh";
  const limits = {
    KM_READER_TOKEN: reader,
    KM_ADMIN_TOKEN: "keeps-the-gateway-0123456789abcdefghijklmno",
    KM_RATE_LIMIT_REQUESTS: "3",
    KM_RATE_LIMIT_BURST: "0",
    KM_RATE_LIMIT_MANAGE_REQUESTS: "40",
    KM_RATE_LIMIT_WINDOW: "1h",
  };
  const gateway = await startGatewayProcess({ sources: { a: repo.root }, env: limits });
  const show = (env: Record<string, string>, ...args: string[]) =>
    runCommand(["quota", "show", ...args], { statePath: gateway.statePath, env });
  let stopped = false;
  try {
    await gateway.clients(reader).search.search({ query: "a" });
    const here = await show({ ...limits, KM_TOKEN: reader });
    assert.is(here.code, 0, here.stderr);
    assert.match(here.stdout, /^default +3 +0 +40 +3600 s$/m);
    assert.match(here.stdout, /^read +1 +3 +\d+ s$/m, "a search and this question");
    assert.match(here.stdout, /^manage +39 +40 +\d+ s$/m);

    const there = await show({ KM_TOKEN: reader }, "--address", gateway.address, "--json");
    const { own } = JSON.parse(there.stdout) as { own: Record<string, Record<string, number>> };
    assert.equal([own["read"]?.["left"], own["read"]?.["limit"], own["manage"]?.["left"]], [0, 3, 38]);
    const spent = await show({ KM_TOKEN: reader }, "--address", gateway.address);
    assert.is(spent.code, 0, spent.stderr);
    assert.match(spent.stdout, /^read +0 +3 /m, "a quota that is used up is no error here");

    const nobody = await show(limits);
    assert.is(nobody.code, 0, nobody.stderr);
    assert.match(nobody.stderr, /set KM_TOKEN/);
    assert.match(nobody.stdout, /^env-reader +KM_READER_TOKEN +default +- +-$/m);

    await gateway.stop();
    stopped = true;
    const alone = await show({ ...limits, KM_TOKEN: reader });
    assert.is(alone.code, 0, alone.stderr);
    assert.match(alone.stderr, /no gateway runs on this state directory/);
  } finally {
    if (!stopped) await gateway.stop();
  }
});

test.run();
