import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded into a gateway by `--import`: how late its event loop was, looked at every millisecond by the runtime's own
 * histogram, written as it exits. The gateway's metric looks fifty times a second, too seldom for a percentile of a
 * minute. Told by SIGUSR2, it begins anew: a start blocks the loop, and is not what is asked. Each process that
 * inherits the option writes to a file of its own: the one that starts Git does too.
 */
const target = process.env["KM_TEST_LOOP_DELAY"];
if (isMainThread && target !== undefined) {
  const resolution = 1;
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  process.on("SIGUSR2", () => delays.reset());
  process.on("exit", () => {
    const { count, max } = delays;
    writeFileSync(
      `${target}.${process.pid}`,
      JSON.stringify({ count, p999: late(delays.percentile(99.9)), max: late(max) }),
    );
  });
}
