import { looksBinary } from "../../domain/discovery/mod.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a file, its byte order mark removed, or why it is none: BINARY, NOT_UTF8. */
export function decodeFile(bytes: Uint8Array): { readonly text: string } | { readonly reason: string } {
  // UTF-16 is full of zeros and is still no binary file.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { reason: "NOT_UTF8" };
  if (looksBinary(bytes)) return { reason: "BINARY" };
  try {
    // `fatal` refuses what is not UTF-8; the decoder drops the mark itself.
    return { text: utf8.decode(bytes) };
  } catch {
    return { reason: "NOT_UTF8" };
  }
}

/** Lines of bytes that were not decoded. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? count + 1 : count;
}
