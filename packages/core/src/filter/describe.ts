import { Phrase, joined, say } from '../phrase.ts';
import type { Filter } from './filter.ts';

/** A filter as one plain phrase: editor, plan, log and check all use it. */
export function describeFilter(filter: Filter): Phrase {
  switch (filter.op) {
    case 'and':
      return joined(filter.of.map(inner), (one, other) => say`${{ one }}, ${{ other }}`);
    case 'or':
      return joined(filter.of.map(inner), (one, other) => say`${{ one }} or ${{ other }}`);
    case 'not':
      return say`not (${{ filter: describeFilter(filter.of) }})`;
    case 'contains':
      return say`${{ field: fieldOf(filter.field) }} contains "${{ value: filter.value }}"`;
    case 'matches':
      return say`${{ field: fieldOf(filter.field) }} fits ${{ pattern: filter.pattern }}`;
    case 'on':
      return say`${{ field: fieldOf(filter.field) }} on ${{ date: filter.date }}`;
    case 'before':
      return say`${{ field: fieldOf(filter.field) }} before ${{ date: filter.date }}`;
    case 'after':
      return say`${{ field: fieldOf(filter.field) }} after ${{ date: filter.date }}`;
    case 'flag':
      return FLAGS[filter.name][filter.value ? 0 : 1];
    case 'is':
      return say`${{ field: fieldOf(filter.field) }} is ${{ value: filter.value }}`;
    case 'hasAttachments':
      return filter.value ? say`with attachments` : say`without attachments`;
  }
}

const FLAGS = {
  seen: [say`read`, say`unread`],
  answered: [say`answered`, say`not answered`],
  flagged: [say`flagged`, say`not flagged`],
  draft: [say`draft`, say`not draft`],
} as const;
const FIELDS: Readonly<Record<string, Phrase>> = {
  from: say`from`,
  to: say`to`,
  cc: say`cc`,
  bcc: say`bcc`,
  subject: say`subject`,
  body: say`body`,
  sentAt: say`sent`,
  receivedAt: say`received`,
};
const fieldOf = (field: string): string | Phrase => FIELDS[field] ?? field;

const inner = (filter: Filter): Phrase =>
  filter.op === 'or' || filter.op === 'and' ? say`(${{ filter: describeFilter(filter) }})` : describeFilter(filter);
