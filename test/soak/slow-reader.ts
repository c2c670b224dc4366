import { connect } from "node:http2";
import { ClientError, type Status } from "nice-grpc-common";
import { frame } from "../support/edge-raw-call.ts";
import { pause } from "./callers.ts";

const path = "/knowledge.v1.AuditService/ExportEntries";
/** What the reader takes at a time: the server's stream must wait for it after that many bytes. */
const windowBytes = 1_024;
/** Between two takes, ms, and how many there are before it leaves. */
const takeMs = 500;
const mostTakes = 20;

/**
 * Exports the ledger over HTTP/2 by hand, a kilobyte each half second, and leaves in the midst of it when that takes
 * too long. gRPC clients read ahead, so that none of them is slow enough.
 * @throws ClientError with the status it ended with; AbortError when it left
 */
export async function readSlowly(address: string, token: string, signal: AbortSignal): Promise<void> {
  const session = connect(`http://${address}`, { settings: { initialWindowSize: windowBytes } });
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    te: "trailers",
    "content-type": "application/grpc",
    authorization: `Bearer ${token}`,
  });
  let status: number | undefined;
  let over = false;
  const tell = (headers: Record<string, unknown>) => {
    if (headers["grpc-status"] !== undefined) status = Number(headers["grpc-status"]);
  };
  stream.on("response", tell);
  stream.on("trailers", tell);
  stream.on("error", () => {});
  stream.on("close", () => {
    over = true;
  });
  stream.end(frame(new Uint8Array()));
  try {
    for (let takes = 0; takes < mostTakes && !over && status === undefined && !signal.aborted; takes++) {
      stream.read();
      await pause(takeMs, signal);
    }
  } finally {
    // Not close(): it would wait for what nobody reads any more.
    if (!over) stream.close(8);
    session.destroy();
  }
  if (status === undefined) throw Object.assign(new Error("left"), { name: "AbortError" });
  if (status !== 0) throw new ClientError(path, status as Status, "an export read slowly");
}
