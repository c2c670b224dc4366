/** What the kernel itself refuses: bad wiring, bad config, a step past its limit. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}
