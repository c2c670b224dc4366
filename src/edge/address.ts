const hostAndPort = /^(?<host>\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):(?<port>\d{1,5})$/;

/** @throws Error that says what an address looks like. */
export function parseAddress(address: string): string {
  if (address.startsWith("unix:///")) return address;
  const port = Number(hostAndPort.exec(address)?.groups?.["port"]);
  if (!(port >= 0 && port <= 65_535)) {
    throw new Error(`address: '${address}' is none; write host:port, [IPv6]:port or unix:///path`);
  }
  return address;
}

/** The address with the port that was bound. */
export function boundAddress(address: string, port: number): string {
  const host = hostAndPort.exec(address)?.groups?.["host"];
  return host === undefined ? address : `${host}:${port}`;
}
