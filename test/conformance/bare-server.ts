import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

/**
 * The runtime's own HTTP/2 server and nothing else: what fails here is neither the gateway's nor the gRPC library's.
 * Answers every request with some bytes.
 */
export async function startBareServer(): Promise<{ readonly port: number; stop(): void }> {
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => {});
  });
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.respond({ ":status": 200 });
    stream.end("some bytes\n");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}
