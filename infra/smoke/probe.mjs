// What the smoke test asks without the gateway's own client code: health, reflection, metrics.
//   probe.mjs health ADDRESS SERVICE     waits up to 30 s for SERVING
//   probe.mjs reflect ADDRESS            prints the services that reflection lists (token from KM_TOKEN)
//   probe.mjs metrics ADDRESS            prints /metrics
//   probe.mjs value FILE.json PATH…      prints a value of a JSON document
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [verb, address, ...rest] = process.argv.slice(2);

function client(proto, path) {
  const loaded = grpc.loadPackageDefinition(
    loader.loadSync(proto, { includeDirs: [join(root, "proto")], enums: String }),
  );
  const Service = path.split(".").reduce((scope, name) => scope[name], loaded);
  return new Service(address, grpc.credentials.createInsecure());
}

const verbs = {
  async health() {
    const health = client("grpc/health/v1/health.proto", "grpc.health.v1.Health");
    const until = Date.now() + 30_000;
    let last = "no answer";
    while (Date.now() < until) {
      last = await new Promise((resolve) => {
        health.check({ service: rest[0] ?? "" }, { deadline: Date.now() + 2_000 }, (error, reply) =>
          resolve(error ? `${error.code} ${error.details}` : reply.status),
        );
      });
      if (last === "SERVING") return console.log(last);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${address} '${rest[0] ?? ""}' is not SERVING: ${last}`);
  },

  // The reflection request and reply in their wire form: field 7 is `list_services`; names come back in field 6.1.1.
  async reflect() {
    const raw = { serialize: (bytes) => bytes, deserialize: (bytes) => bytes };
    const channel = new grpc.Client(address, grpc.credentials.createInsecure());
    const metadata = new grpc.Metadata();
    if (process.env.KM_TOKEN) metadata.set("authorization", `Bearer ${process.env.KM_TOKEN}`);
    const method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    const stream = channel.makeBidiStreamRequest(method, raw.serialize, raw.deserialize, metadata, {
      deadline: Date.now() + 5_000,
    });
    const reply = await new Promise((resolve, reject) => {
      stream.on("data", resolve);
      stream.on("error", reject);
      stream.on("end", () => reject(new Error("reflection ended without an answer")));
      stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
    });
    stream.end();
    for (const [name] of reply.toString("latin1").matchAll(/[a-z]+(?:\.[a-zA-Z0-9]+)+/g)) console.log(name);
    channel.close();
  },

  async metrics() {
    const reply = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(5_000) });
    if (!reply.ok) throw new Error(`/metrics answered ${reply.status}`);
    console.log(await reply.text());
  },

  async value() {
    const value = rest.reduce((scope, name) => scope?.[name], JSON.parse(readFileSync(address, "utf8")));
    if (value === undefined) throw new Error(`${address} has no ${rest.join(".")}`);
    console.log(String(value));
  },
};

try {
  await verbs[verb]();
  process.exit(0); // channels keep reconnect timers
} catch (error) {
  console.error(`probe ${verb}: ${error.message}`);
  process.exit(1);
}
