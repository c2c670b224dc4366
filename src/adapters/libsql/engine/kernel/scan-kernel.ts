import { Buffer } from "node:buffer";
import { scanBytes } from "./scan-bytes.ts";

/** Addresses are byte offsets into the memory; see scan.as. */
export type ScanKernel = (
  codes: number,
  scales: number,
  mask: number,
  rows: number,
  dimensions: number,
  query: number,
  out: number,
) => void;

/** Pages of 64 KiB: the most that 32-bit addresses reach. Only what is used is taken from the machine. */
const mostPages = 65_536;

export function kernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
}

export function scanKernel(memory: WebAssembly.Memory): ScanKernel {
  const module = new WebAssembly.Module(Buffer.from(scanBytes, "base64"));
  return new WebAssembly.Instance(module, { env: { memory } }).exports["scan"] as ScanKernel;
}
