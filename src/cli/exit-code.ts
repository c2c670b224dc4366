import { ClientError, Status } from "nice-grpc-common";

/** What the command's exit codes mean; scripts rely on them. */
export const exitCode = { ok: 0, failed: 1, usage: 2, refused: 3, unavailable: 4 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** An end of the command that a person is told about in one message, with the next step. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}

const byStatus = new Map<Status, ExitCode>([
  [Status.INVALID_ARGUMENT, exitCode.usage],
  [Status.UNAUTHENTICATED, exitCode.refused],
  [Status.PERMISSION_DENIED, exitCode.refused],
  [Status.RESOURCE_EXHAUSTED, exitCode.refused],
  [Status.UNAVAILABLE, exitCode.unavailable],
]);

const nextStep = new Map<Status, string>([
  [Status.UNAUTHENTICATED, "set KM_TOKEN to a token of this gateway"],
  [Status.PERMISSION_DENIED, "this needs a maintainer's token in KM_TOKEN"],
  [Status.RESOURCE_EXHAUSTED, "wait as long as the message says, or ask for a larger quota"],
  [Status.UNAVAILABLE, "is the gateway running at that address? `gateway doctor` tells more"],
]);

/** Any error as an exit code and one message. */
export function explain(error: unknown): { code: ExitCode; message: string } {
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  if (error instanceof ClientError) {
    const hint = nextStep.get(error.code);
    const name = Status[error.code] ?? String(error.code);
    return {
      code: byStatus.get(error.code) ?? exitCode.failed,
      message: `${name}: ${error.details}${hint ? `\n  → ${hint}` : ""}`,
    };
  }
  return { code: exitCode.failed, message: error instanceof Error ? error.message : String(error) };
}
