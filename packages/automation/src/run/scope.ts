import { toScope } from '../expression/data.ts';
import type { Values } from '../expression/expression.ts';

/** The values that expressions see at one place of a run. A loop's round and a catch block have frames of their own. */
export class Scope implements Values {
  readonly #own = new Map<string, unknown>();
  readonly #planned = new Set<string>();
  readonly #parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  child(): Scope {
    return new Scope(this);
  }

  get(name: string): unknown {
    return this.#own.has(name) ? this.#own.get(name) : this.#parent?.get(name);
  }

  /** Every name that is known here; inner names hide outer ones. */
  all(): Map<string, unknown> {
    return new Map([...(this.#parent?.all() ?? []), ...this.#own]);
  }

  declare(name: string, value: unknown): void {
    this.#own.set(name, toScope(value));
    this.#planned.delete(name);
  }

  /** In a dry run: the output of a step that was only planned. */
  declarePlanned(name: string, value: unknown): void {
    this.declare(name, value);
    this.#planned.add(name);
  }

  /** Whether a name stands for something that only a real run would bring. */
  isPlanned(name: string): boolean {
    return this.#own.has(name) ? this.#planned.has(name) : (this.#parent?.isPlanned(name) ?? false);
  }
}
