import type { Fields, Json } from '../../api.ts';
import { t, type TextKey } from '../text/text.ts';

const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value.replace(/\{\{\s*(.*?)\s*\}\}/gs, '{$1}') : JSON.stringify(value ?? '');
const FIELDS = new Set(['from', 'to', 'cc', 'bcc', 'subject', 'body', 'sentAt', 'receivedAt', 'messageId']);
const field = (value: Json | undefined): string =>
  typeof value === 'string' && FIELDS.has(value) ? t(`filter.field.${value}` as TextKey) : text(value);

/** A filter as a phrase in the present language. What is not known here shows by its own words. */
export function filterInWords(filter: Fields): string {
  const { op, of, value, name } = filter;
  const inner = Array.isArray(of) ? (of as readonly Json[]).filter(isFields) : [];
  switch (op) {
    case 'and':
      return inner.map((one) => (one['op'] === 'or' ? `(${filterInWords(one)})` : filterInWords(one))).join(', ');
    case 'or':
      return inner.map((one) => (one['op'] === 'and' ? `(${filterInWords(one)})` : filterInWords(one))).join(` ${t('filter.or')} `);
    case 'not':
      return `${t('filter.not')} (${isFields(of) ? filterInWords(of) : ''})`;
    case 'flag':
      return typeof name === 'string' && ['seen', 'answered', 'flagged', 'draft'].includes(name)
        ? t(`filter.${name}.${value === false ? 'no' : 'yes'}` as TextKey)
        : text(name);
    case 'contains':
      return t('filter.contains', { field: field(filter['field']), value: text(value) });
    case 'matches':
      return t('filter.matches', { field: field(filter['field']), value: text(filter['pattern']) });
    case 'is':
      return t('filter.is', { field: field(filter['field']), value: text(value) });
    case 'on':
    case 'before':
    case 'after':
      return t(`filter.${op}`, { field: field(filter['field']), value: text(filter['date']) });
    case 'hasAttachments':
      return t(value === false ? 'filter.attachments.no' : 'filter.attachments.yes');
    default:
      return Object.values(filter).map(text).join(' ');
  }
}
