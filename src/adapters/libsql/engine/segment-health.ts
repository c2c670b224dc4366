import { lexicalFields } from "../../../ports/mod.ts";
import { readSegment, SegmentError } from "./segment-layout.ts";

/** What is wrong with a stored segment; "" when it can be searched. */
export function readSegmentHealth(bytes: Uint8Array): string {
  try {
    readSegment(bytes, lexicalFields.length);
    return "";
  } catch (error) {
    if (error instanceof SegmentError) return error.message;
    throw error;
  }
}
