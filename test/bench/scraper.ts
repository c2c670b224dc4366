/**
 * Scrapes the sidecar at `host:port` as Prometheus would, in a process of its own: beside the callers that load the
 * gateway, in theirs, it would be told how long they keep it waiting. Prints milliseconds a scrape, and the last text's
 * length, as JSON.
 */
import { Agent, get } from "node:http";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

const [address, pauseMs] = [process.argv[2], Number(process.argv[3])];
/** The first ones, which warm up, are not counted. */
const [warm, counted] = [10, 100];
const agent = new Agent({ keepAlive: true });

/** Bytes of one text. */
function scrape(): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(`http://${address}/metrics`, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (part: Uint8Array) => {
        bytes += part.length;
      });
      response.on("end", () => resolve(bytes));
    });
    request.on("error", reject);
  });
}

const ms: number[] = [];
let bytes = 0;
for (let n = 0; n < warm + counted; n++) {
  const began = performance.now();
  bytes = await scrape();
  if (n >= warm) ms.push(performance.now() - began);
  await delay(pauseMs);
}
process.stdout.write(JSON.stringify({ ms, bytes }));
agent.destroy();
