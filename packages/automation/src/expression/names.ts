/** The names that an expression may use at one place of the file, with their types in CEL. Loop bodies and catch blocks have frames of their own. */
export class Names {
  /** Every id of the file: what is not known here may be a step elsewhere. */
  readonly steps: ReadonlySet<string>;
  readonly #own = new Map<string, string>();
  readonly #parent: Names | undefined;

  constructor(steps: ReadonlySet<string> = new Set(), parent?: Names) {
    this.steps = steps;
    this.#parent = parent;
  }

  declare(name: string, type: string): void {
    this.#own.set(name, type);
  }

  child(): Names {
    return new Names(this.steps, this);
  }

  /** The type of a name, if it is known here. */
  typeOf(name: string): string | undefined {
    return this.#own.get(name) ?? this.#parent?.typeOf(name);
  }

  /** Inner names hide outer ones. A secret is known by its name only: no expression can use it. */
  all(): Map<string, string> {
    return new Map([...(this.#parent?.all() ?? []), ...this.#own]);
  }
}
