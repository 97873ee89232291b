import type { Flag } from '@mailwright/core';
import type { Place, Stored } from './stored.ts';

/** A name that a file may get. */
export interface Spot {
  readonly id: string;
  readonly file: string;
}

/** What a new file is to be: like one that is there already, or with these marks. */
export interface Wish {
  readonly like?: Stored;
  readonly flags?: readonly Flag[];
}

/** How one message a file is kept in a folder. */
export interface Kind {
  readonly marks: boolean;
  /** The messages of a folder, oldest first. */
  scan(place: Place): Promise<Stored[]>;
  /** Where a file is written until it is whole: in the same file system, and nobody takes it for a message. */
  temporary(place: Place): string;
  /** Names for a new file, the best one first; without end. `fresh`: not the name that `like` has. */
  spots(place: Place, wish: Wish & { readonly fresh?: boolean }): Iterable<Spot>;
  /** The name of a message with other marks. */
  marked?(place: Place, stored: Stored, flags: readonly Flag[]): string;
}
