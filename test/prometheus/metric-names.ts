/** What a page in the text format offers to be asked for: names of series, those of histograms' parts included. */
export function offeredNames(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name = "", type] of page.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    if (type === "histogram") for (const part of ["bucket", "sum", "count"]) names.add(`${name}_${part}`);
    else names.add(name);
  }
  return names;
}

/** What an expression asks for of ours. Recorded series (km:…) are not among them, nor is what Prometheus adds. */
export function askedNames(expression: string): readonly string[] {
  const bare = expression.replace(/"[^"]*"/g, '""');
  return [...bare.matchAll(/(?<![\w:])(?:km|grpc|process|nodejs)_\w+(?![\w:]|\s*=)/g)]
    .map(([name]) => name)
    .filter((name) => !["grpc_code", "grpc_method", "grpc_service", "grpc_type"].includes(name));
}
