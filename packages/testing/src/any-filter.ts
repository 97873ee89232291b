import type { Filter, Message } from '@mailwright/core';
import fc from 'fast-check';

export interface FilterOptions {
  /** Conditions on read, flagged ...: not where the server knows no flags (default yes). */
  readonly flags?: boolean;
  /** How deep conditions nest (default 3). */
  readonly depth?: number;
}

/**
 * Random filters near these messages: their words in other letter case, their addresses, ids and days, so that conditions find
 * something, but not everything.
 */
export function anyFilter(near: readonly Message[], { flags = true, depth = 3 }: FilterOptions = {}): fc.Arbitrary<Filter> {
  const leaf = fc.oneof(...leaves(near, flags));
  return fc
    .letrec<{ filter: Filter }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: depth, depthIdentifier: 'filter' },
        leaf,
        fc.record({
          op: fc.constantFrom('and' as const, 'or' as const),
          of: fc.array(tie('filter'), { minLength: 1, maxLength: 3, depthIdentifier: 'filter' }),
        }),
        fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
      ),
    }))
    .filter.map(plain);
}

/** Each kind of condition, as random values of it. */
export const leaves = (near: readonly Message[], flags = true) => kinds(near, flags).map((kind) => kind.map(plain));

/** The generators leave prototypes out, which an author's filter has. */
const plain = (filter: Filter) => JSON.parse(JSON.stringify(filter)) as Filter;

function kinds(near: readonly Message[], flags: boolean): fc.Arbitrary<Filter>[] {
  const people = near.flatMap(({ from, to, cc, bcc }) => [...from, ...to, ...cc, ...bcc]);
  const addresses = people.map(({ address }) => address);
  const dates = near.flatMap(({ sentAt, receivedAt }) => [sentAt, receivedAt]).filter((date) => date !== undefined);
  const texts = {
    subject: near.map(({ subject }) => subject),
    body: near.map(({ text = '' }) => text.slice(0, 500)),
    from: [...addresses, ...people.flatMap(({ name = '' }) => name)],
  };
  const field = fc.constantFrom('from' as const, 'to' as const, 'cc' as const, 'bcc' as const);
  const dateField = fc.constantFrom('sentAt' as const, 'receivedAt' as const);
  const day = from(dates).chain((date) => fc.integer({ min: -1, max: 1 }).map((shift) => shiftBy(date, shift)));
  const contains = (field: fc.Arbitrary<Extract<Filter, { op: 'contains' }>['field']>, source: readonly string[]) =>
    fc.record({ op: fc.constant('contains' as const), field, value: pieceOf(source) });
  return [
    contains(fc.constant('subject'), texts.subject),
    contains(fc.constant('body'), texts.body),
    contains(field, texts.from),
    fc.record({
      op: fc.constant('matches' as const),
      field: fc.constantFrom('subject' as const, 'body' as const),
      pattern: patternOf(texts.subject),
    }),
    fc.record({ op: fc.constant('matches' as const), field, pattern: patternOf(texts.from) }),
    fc.record({ op: fc.constant('on' as const), field: dateField, date: day }),
    fc.record({ op: fc.constantFrom('before' as const, 'after' as const), field: dateField, date: fc.oneof(day, from(dates)) }),
    fc.record({ op: fc.constant('is' as const), field: fc.constant('messageId' as const), value: idOf(near) }),
    fc.record({
      op: fc.constant('is' as const),
      field: fc.constantFrom('from' as const, 'to' as const),
      value: inAnyCase(from(addresses)),
    }),
    fc.record({ op: fc.constant('hasAttachments' as const), value: fc.boolean() }),
    ...(flags
      ? [
          fc.record({
            op: fc.constant('flag' as const),
            name: fc.constantFrom('seen', 'answered', 'flagged', 'draft'),
            value: fc.boolean(),
          }),
        ]
      : []),
  ];
}

const from = (values: readonly string[]) => fc.constantFrom(...(values.length > 0 ? values : ['nothing']));
const shiftBy = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/** A part of one of the texts in any letter case; never blank, which would be no condition. */
function pieceOf(texts: readonly string[]): fc.Arbitrary<string> {
  const whole = texts.map((text) => text.trim()).filter((text) => text !== '');
  const piece = fc.tuple(from(whole), fc.nat(60), fc.integer({ min: 1, max: 12 })).map(([text, start, length]) => {
    const characters = Array.from(text);
    const at = start % characters.length;
    return characters.slice(at, at + length).join('');
  });
  return inAnyCase(piece.filter((text) => text.trim() !== ''));
}

function inAnyCase(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.nat(2)).map(([one, how]) => (how === 0 ? one : how === 1 ? one.toUpperCase() : one.toLowerCase()));
}

function patternOf(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(pieceOf(texts), fc.constantFrom('', '(?i)'), fc.constantFrom('', '^', '.*', '\\d+.*'))
    .map(([piece, mode, before]) => `${mode}${before}${piece.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`);
}

const idOf = (near: readonly Message[]) =>
  fc
    .tuple(from(near.flatMap(({ messageId }) => messageId ?? [])), fc.boolean())
    .map(([id, bare]) => (bare ? id.replace(/^<|>$/g, '') : id));
