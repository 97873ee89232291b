import { useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { FileListed } from '../../../api.ts';
import { call, told } from '../../client.ts';
import { useText } from '../../text/text.ts';
import { Notice } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SearchField } from '../../ui/text-field.tsx';
import { useForm } from '../form-context.ts';

/** Opens a list of what stands in the folder of the automation's runs; what is chosen comes as a path inside it. */
export function ChooseFile({ label, onChoose }: { readonly label: string; readonly onChoose: (path: string) => void }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="folders" label={t('form.chooseFile', { field: label })} onPress={() => setOpen(true)} />
      {isOpen && (
        <Files
          onClose={() => setOpen(false)}
          onChoose={(path) => {
            setOpen(false);
            onChoose(path);
          }}
        />
      )}
    </>
  );
}

function Files({ onClose, onChoose }: { readonly onClose: () => void; readonly onChoose: (path: string) => void }) {
  const t = useText();
  const { file } = useForm();
  const [files, setFiles] = useState<readonly FileListed[]>();
  const [problem, setProblem] = useState<string>();
  const [words, setWords] = useState('');
  useEffect(() => {
    const gone = new AbortController();
    call<readonly FileListed[]>('GET', `files/${encodeURIComponent(file)}`, undefined, gone.signal).then(
      setFiles,
      (thrown: unknown) => !gone.signal.aborted && setProblem(told(thrown)),
    );
    return () => gone.abort();
  }, [file]);
  const shown = (files ?? []).filter(({ path }) => path.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <Dialog title={t('form.filesTitle')} isOpen onClose={onClose} actions={<Button onPress={onClose}>{t('common.cancel')}</Button>}>
      <p className="muted">{t('form.filesHint')}</p>
      {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
      {files?.length === 0 && <Notice tone="neutral">{t('form.noFiles')}</Notice>}
      {files !== undefined && files.length > 0 && (
        <>
          <SearchField label={t('form.searchFiles')} value={words} onChange={setWords} />
          <ul className="file-list">
            {shown.map(({ path, kind }) => (
              <li key={path}>
                <AriaButton className="file-line" onPress={() => onChoose(path)}>
                  <Icon name={kind === 'folder' ? 'folder' : 'attachment'} size={15} />
                  <span className="mono">{path}</span>
                </AriaButton>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
