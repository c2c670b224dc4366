import type { LineRange } from "../../domain/mod.ts";

const byExtension = new Map<string, string>([
  ["ts", "typescript"],
  ["mts", "typescript"],
  ["cts", "typescript"],
  ["tsx", "tsx"],
  ["js", "javascript"],
  ["mjs", "javascript"],
  ["cjs", "javascript"],
  ["jsx", "javascript"],
  ["py", "python"],
  ["go", "go"],
  ["md", "markdown"],
  ["rs", "rust"],
  ["java", "java"],
  ["cs", "csharp"],
  ["cpp", "cpp"],
  ["cc", "cpp"],
  ["h", "c"],
  ["c", "c"],
  ["hpp", "cpp"],
  ["rb", "ruby"],
  ["php", "php"],
  ["sh", "bash"],
  ["ps1", "powershell"],
  ["css", "css"],
  ["ini", "ini"],
  ["json", "json"],
  ["yaml", "yaml"],
  ["yml", "yaml"],
  ["toml", "toml"],
  ["proto", "protobuf"],
  ["rst", "rst"],
]);

export function languageOf(path: string, _head: string): string {
  return byExtension.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase()) ?? "";
}

export function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_192).includes(0);
}

export function looksGenerated(head: string): boolean {
  return /^.{0,10}(?:Code generated .* DO NOT EDIT|@generated\b)/m.test(head.slice(0, 1_000));
}

export function secretLines(text: string): LineRange[] {
  const out: LineRange[] = [];
  text.split("\n").forEach((line, at) => {
    if (/AKIA[0-9A-Z]{16}/.test(line)) out.push({ start: at + 1, end: at + 1 });
  });
  return out;
}
