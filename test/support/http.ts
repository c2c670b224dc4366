import { connect } from "node:net";

/** Sends bytes to an address and resolves with all it answers until it closes. */
export function rawExchange(address: string, request: string): Promise<string> {
  const cut = address.lastIndexOf(":");
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(address.slice(cut + 1)), address.slice(0, cut), () => socket.write(request));
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      answer += part;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
