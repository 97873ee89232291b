import type { Filter } from './filter.ts';

/** A filter as one plain English phrase: editor, plan, log and check all use it. */
export function describeFilter(filter: Filter): string {
  switch (filter.op) {
    case 'and':
      return filter.of.map(inner).join(', ');
    case 'or':
      return filter.of.map(inner).join(' or ');
    case 'not':
      return `not (${describeFilter(filter.of)})`;
    case 'contains':
      return `${filter.field} contains "${filter.value}"`;
    case 'matches':
      return `${filter.field} fits ${filter.pattern}`;
    case 'on':
    case 'before':
    case 'after':
      return `${filter.field === 'sentAt' ? 'sent' : 'received'} ${filter.op} ${filter.date}`;
    case 'flag':
      return filter.name === 'seen' ? (filter.value ? 'read' : 'unread') : `${filter.value ? '' : 'not '}${filter.name}`;
    case 'is':
      return `${filter.field} is ${filter.value}`;
    case 'hasAttachments':
      return filter.value ? 'with attachments' : 'without attachments';
  }
}

const inner = (filter: Filter) => (filter.op === 'or' || filter.op === 'and' ? `(${describeFilter(filter)})` : describeFilter(filter));
