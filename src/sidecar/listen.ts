import type { Server } from "node:http";
import { Fault } from "../domain/mod.ts";

/**
 * Binds the server and resolves with the address it got (port 0 picks a free one).
 *
 * @throws Fault `precondition` that names the address and the variable to change.
 */
export async function listen(server: Server, address: string): Promise<string> {
  const cut = address.lastIndexOf(":");
  const host = address.slice(0, cut).replace(/^\[(.*)\]$/, "$1");
  const port = Number(address.slice(cut + 1));
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => reject(refused(address, cause));
    server.once("error", failed);
    server.listen({ host, port }, () => {
      server.off("error", failed);
      const bound = server.address();
      const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
      resolve(`${host.includes(":") ? `[${host}]` : host}:${boundPort}`);
    });
  });
}

function refused(address: string, cause: NodeJS.ErrnoException): Fault {
  const why = new Map([
    ["EADDRINUSE", "is in use by another process"],
    ["EACCES", "needs rights that this process does not have"],
    ["EADDRNOTAVAIL", "is not an address of this machine"],
    ["ENOTFOUND", "is not a name that resolves"],
  ]).get(cause.code ?? "");
  return new Fault(
    "precondition",
    `${address} ${why ?? `could not be bound (${cause.code ?? cause.message})`}; set KM_METRICS_ADDRESS to another one (port 0 picks a free one)`,
    { cause, reason: "ADDRESS_UNAVAILABLE" },
  );
}
