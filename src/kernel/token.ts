/** A typed name for something a plug-in provides. Identity is the object, not the label. */
export interface Token<T> {
  readonly label: string;
  /** Carries the type; never read. */
  readonly _type?: T;
}

/** Makes a token. Two tokens with one label are still two tokens. */
export function token<T>(label: string): Token<T> {
  return Object.freeze({ label });
}
