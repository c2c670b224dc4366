import { type Parser, parser } from "./parser.ts";
import { Secret } from "./secret.ts";

/** Where a database is when it is not in the state directory. */
export const serverUrl: Parser<string> = parser("a URL with libsql:, https:, http:, wss:, ws: or file:", (text) =>
  /^(libsql|https?|wss?|file):\S+$/.test(text) ? text : undefined,
);

/** Another program's: any text, shown to nobody. */
export const serverToken: Parser<Secret> = {
  accepts: "the token that its server takes",
  secret: true,
  parse: (text) => ({ value: new Secret(text) }),
};
