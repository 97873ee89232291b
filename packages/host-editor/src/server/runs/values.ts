import type { StepValue } from '@mailwright/automation';
import type { Json, StepValues } from '../../api.ts';

/** Values of one step that are kept, the newest. */
const PER_STEP = 20;
/** Characters of all values of a run, as JSON. */
const LARGEST = 32 * 1024 * 1024;
const LONGEST_TEXT = 20_000;
const LONGEST_LIST = 200;
const DEEPEST = 12;

interface Kept {
  readonly at: string;
  readonly round?: number;
  readonly input?: Json;
  output?: Json;
}
type Entry = { readonly kept: Kept; readonly id: string; size: number };

/** The last values of every step of a run, within a cap on memory. */
export class Values {
  /** Oldest first, of all steps. */
  readonly #entries = new Set<Entry>();
  readonly #bySteps = new Map<string, Entry[]>();
  #size = 0;

  add({ id, what, value, round }: StepValue): void {
    const cut = shortened(value, 0);
    const size = JSON.stringify(cut)?.length ?? 0;
    const mine = this.#bySteps.get(id) ?? [];
    this.#bySteps.set(id, mine);
    const last = mine.at(-1);
    const base = { at: new Date().toISOString(), ...(round !== undefined && { round }) };
    if (what === 'output' && last && last.kept.output === undefined && last.kept.round === round) {
      last.kept.output = cut;
      last.size += size;
    } else {
      const entry = { id, size, kept: what === 'input' ? { ...base, input: cut } : { ...base, output: cut } };
      mine.push(entry);
      this.#entries.add(entry);
    }
    this.#size += size;
    if (mine.length > PER_STEP) this.#drop(mine[0] as Entry);
    for (const oldest of this.#entries) {
      if (this.#size <= LARGEST) break;
      this.#drop(oldest);
    }
  }

  of(id: string): StepValues['values'] {
    return (this.#bySteps.get(id) ?? []).map(({ kept }) => kept).reverse();
  }

  all(): Readonly<Record<string, StepValues['values']>> {
    return Object.fromEntries([...this.#bySteps.keys()].map((id) => [id, this.of(id)]));
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry);
    this.#size -= entry.size;
    const mine = this.#bySteps.get(entry.id) ?? [];
    mine.splice(mine.indexOf(entry), 1);
  }
}

/** A value of a size that a page can show. */
export function shortened(value: unknown, depth: number): Json {
  if (typeof value === 'string')
    return value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT)} … (+${value.length - LONGEST_TEXT})`;
  if (typeof value !== 'object' || value === null) return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  if (depth >= DEEPEST) return '…';
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, shortened(one, depth + 1)]])));
  const items = value.slice(0, LONGEST_LIST).map((one) => shortened(one, depth + 1));
  return value.length <= LONGEST_LIST ? items : [...items, `… (+${value.length - LONGEST_LIST})`];
}
