import { z } from 'zod';
import { Pattern } from '../pattern.ts';

const TextField = z.enum(['from', 'to', 'cc', 'bcc', 'subject', 'body']);
const DateField = z.enum(['sentAt', 'receivedAt']);
const Day = z.iso.date();
const DayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/**
 * Which messages: plain data. `matches` (matches.ts) is its meaning; a server's own search is an optimization of it.
 * Days are days in the session's time zone; an instant (offset required) is exact.
 */
export const Filter = z
  .discriminatedUnion('op', [
    z.strictObject({
      op: z.literal('and'),
      get of() {
        return z.array(Filter).min(1);
      },
    }),
    z.strictObject({
      op: z.literal('or'),
      get of() {
        return z.array(Filter).min(1);
      },
    }),
    z.strictObject({
      op: z.literal('not'),
      get of() {
        return Filter;
      },
    }),
    z.strictObject({ op: z.literal('contains'), field: TextField, value: z.string().min(1) }),
    z.strictObject({ op: z.literal('matches'), field: TextField, pattern: Pattern }),
    z.strictObject({ op: z.literal('on'), field: DateField, date: Day }),
    z.strictObject({ op: z.literal('before'), field: DateField, date: DayOrInstant }),
    z.strictObject({ op: z.literal('after'), field: DateField, date: DayOrInstant }),
    z.strictObject({ op: z.literal('flag'), name: z.enum(['seen', 'answered', 'flagged', 'draft']), value: z.boolean() }),
    z.strictObject({ op: z.literal('is'), field: z.enum(['messageId', 'from', 'to']), value: z.string().min(1) }),
    z.strictObject({ op: z.literal('hasAttachments'), value: z.boolean() }),
  ])
  .meta({ id: 'Filter' });
export type Filter = z.output<typeof Filter>;
