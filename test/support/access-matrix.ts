import { readFileSync } from "node:fs";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { FileDescriptorSet } from "../../gen/google/protobuf/descriptor.ts";
import { projectFile } from "../../src/runtime/mod.ts";

/** A method as the descriptors have it. */
export interface MethodRow {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** Whose call it is. */
export const callers = [
  "none",
  "malformed",
  "unknown",
  "expired",
  "revoked",
  "reader",
  "limited reader",
  "maintainer",
  "limited maintainer",
] as const;
export type Caller = (typeof callers)[number];

/** What became of a call: let through to its handler, or the status that refused the caller, or that there is none. */
export type Cell = "yes" | keyof typeof told;

/** The statuses that the table tells of. Others are a handler's answer to an empty request. */
const told = {
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  UNIMPLEMENTED: status.UNIMPLEMENTED,
} as const;

/** Every method of the descriptor set that ships beside the program, in its order by name. */
export function describedMethods(): readonly MethodRow[] {
  const set = FileDescriptorSet.decode(readFileSync(projectFile("gen/descriptors.binpb")));
  const rows: MethodRow[] = [];
  for (const file of set.file) {
    for (const service of file.service ?? []) {
      for (const method of service.method ?? []) {
        const full = `${file.package}.${service.name}`;
        rows.push({
          service: full,
          method: method.name ?? "",
          path: `/${full}/${method.name}`,
          requestStream: method.clientStreaming === true,
          responseStream: method.serverStreaming === true,
        });
      }
    }
  }
  return rows.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
}

/** A stream that is still open after this was let in, ms: refusals come with the header. */
const tailMs = 1_500;

/** Calls a method with an empty request and says what became of the caller. */
export function tryCall(client: Client, row: MethodRow, authorization: string | undefined): Promise<Cell> {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set("authorization", authorization);
  const same = (bytes: Uint8Array) => Buffer.from(bytes);
  const empty = new Uint8Array();
  const options = { deadline: Date.now() + (row.responseStream ? tailMs : 20_000) };
  return new Promise((resolve) => {
    const end = (error: Pick<ServiceError, "code"> | null) => {
      const code = error?.code ?? status.OK;
      resolve(status[code] in told ? (status[code] as Cell) : "yes");
    };
    if (!row.requestStream && !row.responseStream) {
      client.makeUnaryRequest(row.path, same, same, empty, metadata, options, (error) => end(error));
      return;
    }
    const opened = row.requestStream
      ? client.makeBidiStreamRequest(row.path, same, same, metadata, options)
      : client.makeServerStreamRequest(row.path, same, same, empty, metadata, options);
    opened.on("data", () => {
      end(null);
      opened.cancel();
    });
    opened.on("error", (error: ServiceError) => end(error));
    opened.on("end", () => end(null));
    if (row.requestStream) (opened as ReturnType<Client["makeBidiStreamRequest"]>).end(empty);
  });
}

export function rawClient(address: string): Client {
  return new Client(address, credentials.createInsecure());
}

/** The table of docs/access.md. */
export function accessTable(cells: ReadonlyMap<string, readonly Cell[]>): string {
  const lines = [`| method | ${callers.join(" | ")} |`, `|---|${callers.map(() => "---|").join("")}`];
  let service = "";
  for (const row of describedMethods()) {
    if (row.service !== service) lines.push(`| **${row.service}** | ${callers.map(() => "").join(" | ")} |`);
    service = row.service;
    const seen = (cells.get(row.path) ?? []).map((cell) => (cell === "yes" ? "yes" : `\`${told[cell]}\``));
    lines.push(`| ${row.method} | ${seen.join(" | ")} |`);
  }
  return lines.join("\n");
}
