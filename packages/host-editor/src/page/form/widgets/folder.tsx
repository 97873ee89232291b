import { useEffect, useRef, useState } from 'react';
import type { FolderShown } from '../../../api.ts';
import { call, told } from '../../client.ts';
import { useText } from '../../text/text.ts';
import { ComboBox } from '../../ui/combo-box.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useForm } from '../form-context.ts';
import { isObject } from '../model/schema.ts';
import type { WidgetProps } from '../widget.ts';
import { shown } from './simple.tsx';

type Asked =
  | { readonly state: 'not-yet' | 'asking' }
  | { readonly state: 'there'; readonly folders: readonly FolderShown[] }
  | { readonly state: 'failed'; readonly text: string };

/** A typed path, or one of the real folders of the session: the server is asked only when the author wants to see them. */
export function FolderWidget({ field, value, proposal, error, hint, onChange }: WidgetProps) {
  const t = useText();
  const { folders, asked, ask } = useFolders();
  const box = useRef<HTMLDivElement>(null);
  // Whoever asked for the folders wants to see them: the list opens, a frame later, when it knows its entries.
  useEffect(() => {
    if (folders.length === 0) return undefined;
    const frame = requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.combo-open')?.click());
    return () => cancelAnimationFrame(frame);
  }, [folders]);
  const note = asked.state === 'asking' ? t('form.foldersAsked') : asked.state === 'failed' ? asked.text : hint;
  return (
    <div className="field-with-button" ref={box}>
      <ComboBox
        label={field.title}
        value={shown(value)}
        options={folders.map(({ path, name, unread, role }) => ({
          id: path,
          text: path,
          icon: role === 'inbox' ? ('inbox' as const) : ('folder' as const),
          ...(unread !== undefined && unread > 0 ? { note: t('form.unread', { count: unread }) } : name !== path && { note: name }),
        }))}
        isRequired={field.required}
        {...(proposal !== undefined && { placeholder: shown(proposal) })}
        {...(note !== undefined && { hint: note })}
        {...(error !== undefined && { error })}
        onChange={(text) => onChange(text === '' ? undefined : text)}
      />
      <IconButton
        icon={asked.state === 'asking' ? 'spinner' : 'refresh'}
        label={t('form.listFolders')}
        onPress={ask}
        isDisabled={asked.state === 'asking'}
      />
    </div>
  );
}

const NONE: readonly FolderShown[] = [];

function useFolders(): { readonly folders: readonly FolderShown[]; readonly asked: Asked; readonly ask: () => void } {
  const t = useText();
  const { step, connect } = useForm();
  const [asked, setAsked] = useState<Asked>({ state: 'not-yet' });
  const running = useRef<AbortController>(undefined);
  const ask = () => {
    const opener = connect(sessionOf(step['with']));
    if (!opener) return setAsked({ state: 'failed', text: t('form.noSessionAbove') });
    running.current?.abort();
    const gone = (running.current = new AbortController());
    setAsked({ state: 'asking' });
    call<readonly FolderShown[]>('POST', 'folders', opener, gone.signal).then(
      (folders) => setAsked({ state: 'there', folders }),
      (thrown: unknown) => !gone.signal.aborted && setAsked({ state: 'failed', text: told(thrown) }),
    );
  };
  return { folders: asked.state === 'there' ? asked.folders : NONE, asked, ask };
}

/** The session that a step uses. */
export const sessionOf = (input: unknown): string => {
  const session = isObject(input as never) ? (input as { readonly session?: unknown }).session : undefined;
  return typeof session === 'string' ? session : 'Default';
};
