// Builds the vector scan kernel: AssemblyScript source to a TypeScript module that holds the bytes.
// `node infra/dev/build-kernel.mjs` writes it; the test of the kernel imports `buildKernel` and compares.
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";

const folder = new URL("../../src/adapters/libsql/engine/kernel/", import.meta.url);
const flags = [
  "--optimizeLevel=3",
  "--runtime=stub",
  "--noAssert",
  "--enable=simd",
  "--enable=threads",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
];

/** @returns the text of scan-bytes.ts */
export async function buildKernel(root = folder) {
  const source = await readFile(new URL("scan.as", root), "utf8");
  let bytes;
  const { error, stderr } = await asc.main(["scan.ts", "--outFile=scan.wasm", ...flags], {
    // The compiler insists on its extension; the checker of TypeScript must not see the file.
    readFile: (name) => (name === "scan.ts" ? source : null),
    writeFile: (name, contents) => {
      if (name === "scan.wasm") bytes = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`the kernel does not compile: ${stderr.toString()}`, { cause: error });
  const base64 = Buffer.from(bytes).toString("base64");
  const lines = base64.match(/.{1,100}/g).map((line) => `  "${line}",`);
  return `/** scan.as, built by infra/dev/build-kernel.mjs: WebAssembly in base64. Not to be edited. */
export const scanBytes = [
${lines.join("\n")}
].join("");
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(new URL("scan-bytes.ts", folder), await buildKernel());
}
