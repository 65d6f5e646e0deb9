import type { ComponentChildren } from 'preact';

/** A screen and its address: `/visitors` or, with an id as its last part, `/visitors/of/:id`. */
export interface Screen {
  readonly path: string;
  readonly draw: (id: string) => ComponentChildren;
}
