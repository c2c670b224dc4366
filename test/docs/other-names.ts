/** Names in the documents that are not this project's own, or stand for others, each with what it is. */
export const otherNames = {
  flags: new Map([
    ["--reflect-header", "of buf curl"],
    ["--profile", "of docker compose"],
  ]),
  paths: new Map([["gen/shop_pb.js", "of a made-up contract"]]),
  variables: new Map([
    ["KM_TOKEN", "read by the command only"],
    ["KM_X", "any variable, in the description of KM_ENV_FILE"],
  ]),
} as const;
