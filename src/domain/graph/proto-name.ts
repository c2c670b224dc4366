/** The full name of a message, a service or an RPC: with its package, which an outline may have put before it already. */
export function protoName(module: string, qualifiedName: string): string {
  if (module === "" || qualifiedName.startsWith(`${module}.`)) return qualifiedName;
  return qualifiedName === "" ? module : `${module}.${qualifiedName}`;
}
