/** What a plug-in says of itself when asked. `reason` is for operators; it holds no secret. */
export type Health = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export const healthy: Health = Object.freeze({ ok: true });

export function unhealthy(reason: string): Health {
  return { ok: false, reason };
}
