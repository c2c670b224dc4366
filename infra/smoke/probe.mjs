// What the smoke test asks without the gateway's own client code: health, reflection, metrics.
//   probe.mjs health ADDRESS SECONDS SERVICE…   waits that long for SERVING of each
//   probe.mjs reflect ADDRESS                   prints the services that reflection lists (token from KM_TOKEN)
//   probe.mjs metrics ADDRESS                   prints /metrics (token from KM_METRICS_TOKEN)
//   probe.mjs port                              prints a port of 127.0.0.1 that is free
//   probe.mjs values FILE.json PATH[=DEFAULT]…  prints values of a JSON document, a line each (proto3 leaves out zeros)
// Before the verb: --tls, --ca FILE, --cert FILE and --key FILE, as the gateway's own commands take them.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const file = { type: "string" };
const { values: tls, positionals } = parseArgs({
  options: { tls: { type: "boolean" }, ca: file, cert: file, key: file },
  allowPositionals: true,
});
const [verb, address, ...rest] = positionals;

/** In the clear, unless an option speaks of TLS. */
function credentials() {
  if (Object.keys(tls).length === 0) return grpc.credentials.createInsecure();
  const read = (path) => (path === undefined ? null : readFileSync(path));
  return grpc.credentials.createSsl(read(tls.ca), read(tls.key), read(tls.cert));
}

function client(proto, path) {
  const loaded = grpc.loadPackageDefinition(
    loader.loadSync(proto, { includeDirs: [join(root, "proto")], enums: String }),
  );
  const Service = path.split(".").reduce((scope, name) => scope[name], loaded);
  return new Service(address, credentials());
}

const verbs = {
  async health() {
    const health = client("grpc/health/v1/health.proto", "grpc.health.v1.Health");
    const [seconds, ...services] = rest;
    const until = Date.now() + Number(seconds) * 1_000;
    const check = (service) =>
      new Promise((resolve) => {
        health.check({ service }, { deadline: Date.now() + 2_000 }, (error, reply) =>
          resolve(error ? `${error.code} ${error.details}` : reply.status),
        );
      });
    for (const service of services) {
      let last = await check(service);
      while (last !== "SERVING") {
        if (Date.now() > until) throw new Error(`${address} '${service}' is not SERVING: ${last}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        last = await check(service);
      }
    }
  },

  // The reflection request and reply in their wire form: field 7 is `list_services`; names come back in field 6.1.1.
  async reflect() {
    const raw = { serialize: (bytes) => bytes, deserialize: (bytes) => bytes };
    const channel = new grpc.Client(address, credentials());
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
    const token = process.env["KM_METRICS_TOKEN"];
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const reply = await fetch(`http://${address}/metrics`, { headers, signal: AbortSignal.timeout(5_000) });
    if (!reply.ok) throw new Error(`/metrics answered ${reply.status}`);
    console.log(await reply.text());
  },

  async port() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    console.log(server.address().port);
  },

  async values() {
    const document = JSON.parse(readFileSync(address, "utf8"));
    for (const wanted of rest) {
      const [path, otherwise] = wanted.split("=");
      const value = path.split(".").reduce((scope, name) => scope?.[name], document) ?? otherwise;
      if (value === undefined) throw new Error(`${address} has no ${path}`);
      console.log(String(value));
    }
  },
};

try {
  await verbs[verb]();
  process.exit(0); // channels keep reconnect timers
} catch (error) {
  console.error(`probe ${verb}: ${error.message}`);
  process.exit(1);
}
