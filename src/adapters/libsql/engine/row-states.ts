/** What a search must know of a row apart from its terms and vector. */
export interface RowState {
  readonly born: number;
  /** First generation that does not see it; `alive` from the domain for none. */
  readonly dead: number;
  readonly file: number;
  readonly source: number;
  /** Bit mask of symbol kinds. */
  readonly kinds: number;
}

/** Row states of a segment in columns. */
export interface RowStates {
  readonly born: Float64Array;
  readonly dead: Float64Array;
  readonly file: Float64Array;
  readonly source: Uint32Array;
  readonly kinds: Uint32Array;
}

/** Rows looked at before others may have their turn. */
const rowsAStep = 4_096;

/** A row that the store no longer knows is seen by no generation. */
export function* rowStates(
  rowIds: Float64Array,
  stateOf: (rowId: number) => RowState | undefined,
): Generator<undefined, RowStates> {
  const size = rowIds.length;
  const states: RowStates = {
    born: new Float64Array(size),
    dead: new Float64Array(size),
    file: new Float64Array(size),
    source: new Uint32Array(size),
    kinds: new Uint32Array(size),
  };
  for (let row = 0; row < size; row++) {
    const state = stateOf(rowIds[row] as number);
    states.born[row] = state?.born ?? Number.POSITIVE_INFINITY;
    states.dead[row] = state?.dead ?? 0;
    states.file[row] = state?.file ?? 0;
    states.source[row] = state?.source ?? 0;
    states.kinds[row] = state?.kinds ?? 0;
    if (row % rowsAStep === rowsAStep - 1) yield;
  }
  return states;
}
