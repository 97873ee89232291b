import assert from 'node:assert/strict';
import { Filter, describeFilter, matches } from '@mailwright/core';
import fc from 'fast-check';
import { anyFilter, leaves } from '../any-filter.ts';
import { ZONE, all, expected, type Check, type Stand } from './check.ts';

/** The same filters at every run. */
const SEED = 20_261_124;

/** Conditions that servers are known to read in ways of their own. */
const TRICKY: readonly Filter[] = [
  { op: 'contains', field: 'subject', value: 'INVOICE' },
  { op: 'contains', field: 'subject', value: 'nvoic' },
  { op: 'contains', field: 'subject', value: 'Büromöbel' },
  { op: 'contains', field: 'subject', value: 'BU\u0308ROMO\u0308BEL' },
  { op: 'contains', field: 'subject', value: '請求書' },
  { op: 'contains', field: 'subject', value: 'invoice  4711' },
  { op: 'contains', field: 'subject', value: '*' },
  { op: 'contains', field: 'subject', value: '"' },
  { op: 'contains', field: 'subject', value: '\\' },
  { op: 'contains', field: 'subject', value: 'x\r\nA1 LOGOUT' },
  { op: 'contains', field: 'from', value: 'müller' },
  { op: 'contains', field: 'from', value: 'acme gmbh <billing@' },
  { op: 'contains', field: 'body', value: 'kind  REGARDS' },
  { op: 'contains', field: 'body', value: '<html' },
  { op: 'matches', field: 'subject', pattern: '^$' },
  { op: 'before', field: 'sentAt', date: '1990-01-01' },
  { op: 'after', field: 'receivedAt', date: '2026-11-10T12:00:00+13:00' },
  { op: 'is', field: 'messageId', value: 'thread-2@example.com' },
  { op: 'is', field: 'from', value: 'ANA@example.com' },
  {
    op: 'and',
    of: [
      { op: 'contains', field: 'subject', value: 'invoice' },
      { op: 'contains', field: 'subject', value: '4711' },
    ],
  },
  {
    op: 'not',
    of: {
      op: 'and',
      of: [
        { op: 'contains', field: 'subject', value: 'invoice' },
        { op: 'hasAttachments', value: true },
      ],
    },
  },
];

/** What the backend finds is what `matches` finds in the seeded bytes. */
async function holds(stand: Stand, filters: readonly Filter[]): Promise<void> {
  const messages = await expected(stand);
  for (const filter of filters) {
    Filter.parse(filter);
    const wanted: string[] = [];
    for (const message of messages)
      if (await matches(filter, { ...message, body: async () => message.text ?? '' }, ZONE)) wanted.push(nameOf(message));
    const found = (await all(stand.mailbox.search({ folder: 'INBOX', filter }))).map(nameOf);
    assert.deepEqual(found, wanted, `the filter "${String(describeFilter(filter))}" found others than it means`);
  }
}

const nameOf = ({ messageId, subject }: { messageId?: string; subject: string }) => messageId ?? subject;
const withFlags = ({ provides }: Stand) => provides.includes('mark');

export const FILTERING: readonly Check[] = [
  {
    title: 'each kind of condition finds exactly what it means',
    async run(stand) {
      const kinds = leaves(await expected(stand), withFlags(stand));
      await holds(
        stand,
        kinds.flatMap((kind) => fc.sample(kind, { seed: SEED, numRuns: 4 })),
      );
    },
  },
  {
    title: 'conditions that servers read in ways of their own find exactly what they mean',
    run: (stand) => holds(stand, TRICKY),
  },
  {
    title: 'fifty random filters find exactly what they mean',
    async run(stand) {
      await holds(stand, fc.sample(anyFilter(await expected(stand), { flags: withFlags(stand) }), { seed: SEED, numRuns: 50 }));
    },
  },
  {
    title: 'the plan that is shown leaves no condition to nobody',
    async run(stand) {
      const filters = fc.sample(anyFilter(await expected(stand), { flags: withFlags(stand) }), { seed: SEED, numRuns: 50 });
      for (const filter of [...TRICKY, ...filters]) {
        const { server, residual } = stand.mailbox.plan(filter);
        assert.ok(server !== null || residual !== null, String(describeFilter(filter)));
        if (server === null) assert.deepEqual(residual, filter);
        if (residual !== null) Filter.parse(residual);
      }
    },
  },
];
