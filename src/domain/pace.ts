/**
 * Called often by long work. Gives a promise when it is time for others to have their turn, and throws when the work
 * is no longer wanted; whoever calls it awaits what it gives.
 */
export type Pace = () => Promise<void> | undefined;

/** For short work: never lets others in. */
export const headlong: Pace = () => undefined;
