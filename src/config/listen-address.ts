import { isIPv4, isIPv6 } from "node:net";
import { type Parser, parser } from "./parser.ts";

/** `host:port`, an IPv6 host in brackets; port 0 picks a free one. */
export const listenAddress: Parser<string> = parser(
  "host:port, such as 127.0.0.1:50051, [::1]:50051, or 0.0.0.0:50051 for every interface",
  (text) => {
    const { host, port } = split(text);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
    if (text.startsWith("[")) return isIPv6(host) ? text : undefined;
    return isIPv4(host) || /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) ? text : undefined;
  },
);

/** Whether only this machine can reach it. A name other than localhost may resolve to anything, so it is not. */
export function isLoopback(address: string): boolean {
  const { host } = split(address);
  if (host.toLowerCase() === "localhost") return true;
  if (isIPv4(host)) return host.startsWith("127.");
  return isIPv6(host) && new URL(`http://[${host}]`).hostname === "[::1]";
}

function split(address: string): { host: string; port: string } {
  const cut = address.lastIndexOf(":");
  const host = address.slice(0, Math.max(cut, 0));
  return { host: host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host, port: address.slice(cut + 1) };
}
