import { Malformed } from './words.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The ranges of a sequence set (RFC 3501 section 9); `*` is `largest`. */
export function rangesOf(set: string, largest: number): Range[] {
  return set.split(',').map((range) => {
    const ends = /^(\d{1,10}|\*)(?::(\d{1,10}|\*))?$/.exec(range);
    if (!ends || /^0+$/.test(ends[1] ?? '') || /^0+$/.test(ends[2] ?? '')) throw new Malformed(`"${range}" is no set of numbers`);
    const [from = 0, to = 0] = [ends[1], ends[2] ?? ends[1]].map((end) => (end === '*' ? largest : Number(end)));
    return { low: Math.min(from, to), high: Math.max(from, to) };
  });
}

/** Which of these ascending numbers are in the set. */
export function numbersIn(set: string, numbers: readonly number[]): number[] {
  const ranges = rangesOf(set, numbers.at(-1) ?? 0);
  return numbers.filter((number) => ranges.some(({ low, high }) => number >= low && number <= high));
}

/** Numbers as a compact set, in their order. */
export function toSet(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}:${to}`)).join(',');
}
