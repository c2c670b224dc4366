import { Buffer } from "node:buffer";

/** Ids and hashes are 32 hex digits outside and 16 bytes inside. */
export function toBytes(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}

export function toHex(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString("hex");
}
