import { readFileSync } from 'node:fs';
import type { Json } from '../../../api.ts';
import { proposedKey, referenceTo, tabOf, textOf, written } from './credential.ts';
import { changedLeaf, conditionOf, conditionsOf, toFilter, toView } from './filter-view.ts';
import { resolved, type Schema } from './schema.ts';

const loop = JSON.parse(readFileSync(new URL('../../../../../../fixtures/schemas/loop.json', import.meta.url), 'utf8')) as Schema;
const conditions = conditionsOf(resolved(loop.properties?.['filter'] ?? {}, loop), loop);
const seen = { op: 'flag', name: 'seen', value: false };
const subject = { op: 'contains', field: 'subject', value: 'invoice' };

describe('filters', () => {
  const filters: readonly Json[] = [
    seen,
    { op: 'and', of: [seen, subject] },
    { op: 'or', of: [seen, { op: 'and', of: [subject, seen] }] },
    { op: 'not', of: subject },
    { op: 'not', of: { op: 'or', of: [seen, subject] } },
    { op: 'not', of: { op: 'and', of: [seen, subject] } },
    { op: 'and', of: [seen, '{{ word }}'] },
    { op: 'not', of: { op: 'not', of: seen } },
  ];
  test.each(filters.map((one) => [JSON.stringify(one), one]))('%s means the same after the builder', (_, filter) => {
    expect(toFilter(toView(filter))).toEqual(filter);
  });

  test('a group that was just begun, or a kind chosen before its second condition, stays what it is', () => {
    const begun = { kind: 'all', rows: [{ leaf: seen }, { kind: 'any', rows: [{ leaf: subject }] }] } as const;
    const any = { kind: 'any', rows: [{ leaf: subject }] } as const;
    for (const view of [begun, any]) expect(toView(toFilter(view))).toEqual(view);
    expect(toFilter({ kind: 'all', rows: [{ leaf: subject }] })).toEqual(subject);
  });

  test('no row is no filter', () => {
    expect([toView(undefined), toFilter({ kind: 'any', rows: [{ kind: 'all', rows: [] }] })]).toEqual([
      { kind: 'all', rows: [] },
      undefined,
    ]);
  });

  test('the schema gives the conditions', () => {
    const ways = (about: string) => conditions.filter((one) => one.about === about).map(({ op }) => op);
    expect([ways('subject'), ways('from'), ways('receivedAt'), ways('seen'), ways('hasAttachments'), ways('messageId')]).toEqual([
      ['contains', 'matches'],
      ['contains', 'matches', 'is'],
      ['on', 'before', 'after'],
      ['flag'],
      ['hasAttachments'],
      ['is'],
    ]);
    expect(conditionOf(conditions, subject)?.key).toBe('value');
  });

  test('a text stays when the condition changes, a date or a yes does not become one', () => {
    const to = (about: string, op: string) =>
      changedLeaf(
        conditions.find((one) => one.about === about && one.op === op)!,
        subject,
        conditionOf(conditions, subject),
      );
    expect(to('from', 'matches')).toEqual({ op: 'matches', field: 'from', pattern: 'invoice' });
    expect(to('receivedAt', 'on')).toEqual({ op: 'on', field: 'receivedAt', date: '' });
    expect(to('seen', 'flag')).toEqual({ op: 'flag', name: 'seen', value: true });
  });
});

describe('secrets', () => {
  test('each tab shows only what is its own', () => {
    expect([
      tabOf({ credential: 'a#b' }, 'variable'),
      tabOf({ variable: 'v' }, 'credential'),
      tabOf('plain', 'credential'),
      tabOf(undefined, 'variable'),
    ]).toEqual(['credential', 'variable', 'insecure', 'variable']);
    expect(textOf({ insecure: 'canary-x' }, 'credential')).toBe('');
  });

  test('a setting may stand as plain text, a secret never does', () => {
    expect(written('insecure', 'me', true, undefined)).toBe('me');
    expect(written('insecure', 'me', true, { insecure: 'm' })).toEqual({ insecure: 'me' });
    expect(written('insecure', 'canary-x', false, undefined)).toEqual({ insecure: 'canary-x' });
    expect(written('credential', '', false, { credential: 'a' })).toBeUndefined();
  });

  test('the default vault needs no name, and a new key is free', () => {
    expect([referenceTo({ id: 'file', isDefault: true }, 'a#b'), referenceTo({ id: 'keyring', isDefault: false }, 'a#b')]).toEqual([
      'a#b',
      'keyring/a#b',
    ]);
    expect(proposedKey('My Invoices!', 'password', new Set(['my-invoices#password']))).toBe('my-invoices-2#password');
  });
});
