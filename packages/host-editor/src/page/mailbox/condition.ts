import type { Fields, Json, MessageShown } from '../../api.ts';
import { isObject } from '../form/model/schema.ts';

export type FilterBy = 'from' | 'subject';

/** The condition that messages like this one meet. */
export function conditionOf({ from, subject }: Pick<MessageShown, 'from' | 'subject'>, by: FilterBy): Fields {
  return by === 'from' ? { op: 'is', field: 'from', value: from[0]?.address ?? '' } : { op: 'contains', field: 'subject', value: subject };
}

/** A filter that asks for one thing more. */
export function narrowed(filter: Json | undefined, condition: Fields): Fields {
  if (!isObject(filter) || Object.keys(filter).length === 0) return condition;
  if (filter['op'] === 'and' && Array.isArray(filter['of'])) return { op: 'and', of: [...(filter['of'] as readonly Json[]), condition] };
  return { op: 'and', of: [filter, condition] };
}
