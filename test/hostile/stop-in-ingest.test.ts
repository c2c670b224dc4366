import { ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 15.

/** Check 15, what test/e2e/stop.test.ts has no time for. */
const test = suite("stopping in the middle of an ingest");

test("SIGTERM with streams open and an ingest running: streams end UNAVAILABLE, the run is let go, the exit is clean", async () => {
  const wide = makeRepo(
    Object.fromEntries(Array.from({ length: 800 }, (_, n) => [`src/file${n}.ts`, `export const name${n} = ${n};\n`])),
  );
  try {
    const gateway = await startGatewayProcess({ sources: { wide: wide.root } });
    const clients = gateway.clients();
    const { runs } = await clients.ingest.startIngest({});
    const run = clients.ingest.watchIngest({ runId: runs[0]?.runId ?? "" })[Symbol.asyncIterator]();
    const entries = clients.audit.watchEntries({})[Symbol.asyncIterator]();
    const first = await run.next();
    assert.is(first.done, false);
    const endOf = async (stream: AsyncIterator<unknown>) => {
      try {
        while (!(await stream.next()).done);
        return Status.OK;
      } catch (error) {
        if (error instanceof ClientError) return error.code;
        throw error;
      }
    };
    const ends = Promise.all([endOf(run), endOf(entries)]);
    gateway.signal("SIGTERM");
    const { code, signal } = await gateway.ended;
    assert.equal([code, signal], [0, null]);
    const [ofRun, ofEntries] = await ends;
    assert.is(ofEntries, Status.UNAVAILABLE);
    // A machine that is quick has the run done within the lame duck.
    assert.ok(ofRun === Status.UNAVAILABLE || ofRun === Status.OK, String(ofRun));

    // What the run left is no obstacle, and the ledger has it closed.
    const next = await startGatewayProcess({ sources: { wide: wide.root }, statePath: gateway.statePath });
    await ingest(next.clients());
    const verified = await next.clients().audit.verifyLedger({});
    assert.ok(verified.intact, JSON.stringify(verified));
    assert.is((await next.stop()).code, 0);
  } finally {
    wide.remove();
  }
});

test.run();
