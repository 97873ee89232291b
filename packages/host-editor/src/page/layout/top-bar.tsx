import { editor, isDirty, useAutomation, type OpenAutomation } from '../automation/editor-store.ts';
import { useRoute } from '../navigation.ts';
import { RunControls } from '../run/run-controls.tsx';
import { LANGUAGES, setLanguage, useText } from '../text/text.ts';
import { setTheme, useIsDark } from '../theme.ts';
import { Badge, IconButton, Menu } from '../ui/index.ts';
import { redo, save, undo } from '../automation/commands.ts';

export function TopBar() {
  const automation = useAutomation();
  const { screen } = useRoute();
  const isEditing = screen === 'editor' && automation !== undefined;
  return (
    <header className="top">
      <div className="top-title">{isEditing && <Name automation={automation} />}</div>
      {isEditing && <Editing automation={automation} />}
      <Look />
    </header>
  );
}

function Name({ automation: { file, history } }: { readonly automation: OpenAutomation }) {
  const t = useText();
  return (
    <>
      {history && (
        <input
          className="top-name"
          aria-label={t('top.name')}
          value={history.now.content.name}
          maxLength={200}
          onChange={(event) => editor.do({ op: 'name', name: event.target.value })}
        />
      )}
      <span className="top-file">{file}</span>
    </>
  );
}

function Editing({ automation }: { readonly automation: OpenAutomation }) {
  const t = useText();
  const { history, saving } = automation;
  const dirty = isDirty(automation);
  return (
    <>
      <span data-save={saving ? 'saving' : dirty ? 'dirty' : 'saved'}>
        <Badge tone={dirty ? 'warn' : 'neutral'}>{t(saving ? 'top.saving' : dirty ? 'top.unsaved' : 'top.saved')}</Badge>
      </span>
      <IconButton icon="undo" label={t('top.undo')} shortcut="Ctrl+Z" isDisabled={!history || history.past.length === 0} onPress={undo} />
      <IconButton icon="redo" label={t('top.redo')} shortcut="Ctrl+Y" isDisabled={!history || history.future.length === 0} onPress={redo} />
      <IconButton icon="save" label={t('top.save')} shortcut="Ctrl+S" isDisabled={!dirty || saving} onPress={() => void save()} />
      <RunControls />
      <span className="top-line" />
    </>
  );
}

function Look() {
  const t = useText();
  const dark = useIsDark();
  return (
    <>
      <Menu
        label={t('top.language')}
        trigger={<IconButton icon="language" label={t('top.language')} />}
        groups={[{ entries: LANGUAGES.map(({ tag, name }) => ({ id: tag, text: name, onAction: () => setLanguage(tag) })) }]}
      />
      <IconButton
        icon={dark ? 'sun' : 'moon'}
        label={t(dark ? 'top.themeLight' : 'top.themeDark')}
        onPress={() => setTheme(dark ? 'light' : 'dark')}
      />
    </>
  );
}
