import { z } from 'zod';
import { Filter } from './filter/filter.ts';
import { SecretRef } from './secret.ts';

/** The widgets of the editor; a closed list. */
export type Widget = 'session' | 'connection' | 'folder' | 'secret' | 'filter' | 'file' | 'multiline' | 'messages' | 'url';
export interface Hint {
  readonly title: string;
  readonly description?: string;
  readonly group?: string;
}

export const ui = (widget: Widget, { group, ...text }: Hint) => ({ ...text, 'x-ui': { widget, ...(group && { group }) } });
/** A field that few need: forms keep it behind "More options". */
export const more = (hint: Hint) => ({ ...hint, 'x-ui': { group: 'more' } });
/** The name of a session that stands in place of the field `of`. */
export const instead = (of: string, hint: Hint) => ({ ...hint, 'x-ui': { widget: 'session', insteadOf: of } });
export const folder = (hint: Hint) => z.string().min(1).meta(ui('folder', hint));
export const multiline = (hint: Hint) => z.string().meta(ui('multiline', hint));
export const file = (hint: Hint) => z.string().min(1).meta(ui('file', hint));
/** A password, key or token: only ever a reference. */
export const secretField = (hint: Hint) => SecretRef.meta(ui('secret', hint));
/** A user name, client id or tenant id: a reference or a plain setting. */
export const settingField = (hint: Hint) => z.union([z.string().min(1), SecretRef]).meta(ui('secret', hint));
/** Fields that a choice decides: the value of `key`, which each branch fixes by a literal. A branch may be a choice itself. */
export const choice = (
  key: string,
  branches: readonly (z.ZodObject | z.ZodDiscriminatedUnion)[],
  hint: Hint & {
    /** What leaving it out means. */
    readonly absent?: string;
    /** Values that have no branch and yet are expected: why, and what to choose. */
    readonly refused?: Readonly<Record<string, string>>;
  },
) =>
  z.discriminatedUnion(key, branches as unknown as [z.ZodObject, ...z.ZodObject[]], { error: refusal(key, hint.refused) }).meta({
    title: hint.title,
    ...(hint.description !== undefined && { description: hint.description }),
    discriminator: { propertyName: key },
    ...(hint.absent !== undefined && { 'x-ui': { absent: hint.absent } }),
  });
const refusal =
  (key: string, refused: Readonly<Record<string, string>> = {}) =>
  (issue: { readonly input?: unknown }) => {
    const value = (issue.input as Readonly<Record<string, unknown>> | null | undefined)?.[key];
    return typeof value === 'string' && Object.hasOwn(refused, value) ? refused[value] : undefined;
  };
export const filterField = (hint: Hint) => Filter.meta(ui('filter', hint));
