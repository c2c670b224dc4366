import { Buffer } from "node:buffer";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Any, BadRequest, ErrorInfo, QuotaFailure, ResourceInfo, RetryInfo } from "nice-grpc-error-details";

export interface RawAnswer {
  readonly header: IncomingHttpHeaders;
  /** Trailers, or the header again when it is all there was. */
  readonly trailer: IncomingHttpHeaders;
  readonly status: number;
  readonly message: string;
}

export interface RawCall {
  readonly answer: Promise<RawAnswer>;
  write(bytes: Uint8Array): void;
  end(): void;
  cancel(): void;
}

export const searchPath = "/knowledge.v1.SearchService/Search";

/**
 * A session that speaks HTTP/2 by hand: for what no well-behaved client sends.
 * @param from the address it comes from, any of 127.0.0.0/8
 */
export function rawSession(port: number, from?: string): ClientHttp2Session {
  const createConnection = () => connectTcp({ port, host: "127.0.0.1", localAddress: from as string });
  const session = connect(`http://127.0.0.1:${port}`, from === undefined ? {} : { createConnection });
  session.on("error", () => {});
  return session;
}

/** Sends the header of a call, and nothing of its body. */
export function rawCall(session: ClientHttp2Session, path: string, more: OutgoingHttpHeaders = {}): RawCall {
  const stream = session.request(
    { ":method": "POST", ":path": path, te: "trailers", "content-type": "application/grpc", ...more },
    { endStream: false },
  );
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    let header: IncomingHttpHeaders = {};
    let trailer: IncomingHttpHeaders | undefined;
    stream.on("response", (received) => {
      header = received;
    });
    stream.on("trailers", (received) => {
      trailer = received;
    });
    stream.on("data", () => {});
    stream.on("error", reject);
    const done = () => {
      const last = trailer ?? header;
      resolve({
        header,
        trailer: last,
        status: Number(last["grpc-status"] ?? -1),
        message: decodeURIComponent(String(last["grpc-message"] ?? "")),
      });
    };
    stream.on("end", done);
    stream.on("close", done);
  });
  answer.catch(() => {});
  return {
    answer,
    write: (bytes) => void stream.write(bytes),
    end: () => void stream.end(),
    cancel: () => stream.close(8),
  };
}

/** A message in its frame: uncompressed flag and length before it. */
export function frame(message: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

const known = { ErrorInfo, BadRequest, QuotaFailure, ResourceInfo, RetryInfo };

/** google.rpc.Status: code = 1, message = 2, details = 3. Details by their message's name. */
export function readStatus(bytes: Uint8Array): {
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly name: string; readonly value: Record<string, unknown> }[];
} {
  const reader = new BinaryReader(bytes);
  let code = 0;
  let message = "";
  const details: { name: string; value: Record<string, unknown> }[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 8) code = reader.int32();
    else if (tag === 18) message = reader.string();
    else if (tag === 26) {
      const any = Any.decode(reader.bytes());
      const name = any.typeUrl.replace("type.googleapis.com/google.rpc.", "");
      const type = known[name as keyof typeof known];
      details.push({ name, value: type.decode(any.value) as unknown as Record<string, unknown> });
    } else reader.skip(tag & 7);
  }
  return { code, message, details };
}

/** The details of a raw answer. */
export function rawDetails({ trailer }: RawAnswer): ReturnType<typeof readStatus> {
  return readStatus(Buffer.from(String(trailer["grpc-status-details-bin"]), "base64"));
}
