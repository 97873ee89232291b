import { say, type Definition } from '@mailwright/core';
import type { Template } from '../expression/template.ts';
import type { Place, Report } from '../file/report.ts';
import { near } from '../near.ts';

const holds = (definition: Definition, field: string) => Object.hasOwn(definition.input.shape as object, field);
/** A definition that says how to reach a server opens a session. */
export const opens = (definition: Definition) => definition.kind === 'session' && holds(definition, 'server');

/** Which sessions are connected above a step. */
export class ConnectedSessions {
  readonly #report: Report;
  /** A file made to be called may use its caller's sessions. */
  readonly #isPart: boolean;
  readonly #names = new Set<string>();
  #unknowable = false;

  constructor(report: Report, isPart: boolean) {
    this.#report = report;
    this.#isPart = isPart;
  }

  /** What a called automation connects is not known here. */
  called(): void {
    this.#unknowable = true;
  }

  /** Notes the session of a step, or checks that it is there. */
  step(definition: Definition, input: Template, place: Place, at: number): void {
    if (!holds(definition, 'session')) return;
    const given = input.kind === 'map' ? input.entries.find(([key]) => key === 'session')?.[1] : undefined;
    if (!given && definition.kind === 'session' && !opens(definition)) return;
    const name = given ? (given.kind === 'value' ? given.value : undefined) : defaultSession(definition);
    if (opens(definition)) return this.#connected(name);
    if (typeof name !== 'string' || this.#unknowable || this.#names.has(name.trim())) return;
    this.#missing(name, place, at);
  }

  #connected(name: unknown): void {
    if (typeof name === 'string') this.#names.add(name.trim());
    else this.#unknowable = true;
  }

  #missing(name: string, place: Place, at: number): void {
    const known = [...this.#names];
    if (this.#isPart && known.length === 0)
      return this.#report.warning(
        at,
        place,
        say`session "${{ name }}" is not connected in this file.`,
        say`The automation that calls it must have connected it.`,
      );
    const meant = near(name, known);
    const fix =
      meant === undefined
        ? known.length === 0
          ? say`Connect it in a step above.`
          : say`Connect it in a step above; connected are: ${{ known: known.join(', ') }}.`
        : say`Did you mean "${{ meant }}"?`;
    this.#report.problem(at, place, say`no step above connects a session "${{ name }}".`, fix);
  }
}

function defaultSession(definition: Definition): unknown {
  const field = (definition.input.shape as Record<string, { safeParse(value: undefined): { data?: unknown } }>)['session'];
  return field?.safeParse(undefined).data;
}
