import { useState } from 'react';
import { useBoot } from '../boot.ts';
import { call } from '../client.ts';
import { LANGUAGES, setLanguage, useLanguage, useText } from '../text/text.ts';
import { setTheme, useTheme, type Theme } from '../theme.ts';
import { Select, TextField, toast } from '../ui/index.ts';

export function SettingsScreen() {
  const t = useText();
  const { folder, version, settings } = useBoot();
  const [keep, setKeep] = useState(String(settings.keepValues));
  const language = useLanguage();
  const theme = useTheme();
  const send = (change: object) =>
    call('PUT', 'settings', { ...settings, keepValues: Number(keep) || 0, ...change }).catch((error: unknown) =>
      toast(String(error), 'bad'),
    );
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{t('nav.settings')}</h1>
        </div>
        <div className="card settings">
          <Select
            label={t('settings.language')}
            value={language}
            options={LANGUAGES.map(({ tag, name }) => ({ id: tag, text: name }))}
            onChange={(tag) => {
              setLanguage(tag);
              void send({ language: tag });
            }}
          />
          <Select
            label={t('settings.theme')}
            value={theme}
            options={[
              { id: 'system', text: t('settings.themeSystem') },
              { id: 'light', text: t('settings.themeLight') },
              { id: 'dark', text: t('settings.themeDark') },
            ]}
            onChange={(id) => setTheme(id as Theme)}
          />
          <TextField
            label={t('settings.keep')}
            hint={t('settings.keepHint')}
            value={keep}
            inputMode="numeric"
            onChange={(text) => setKeep(text.replace(/\D/g, '').slice(0, 3))}
            onBlur={() => void send({})}
          />
          <dl>
            <dt>{t('settings.folder')}</dt>
            <dd>{folder}</dd>
            <dt>{t('settings.version')}</dt>
            <dd>{version}</dd>
          </dl>
        </div>
      </div>
    </div>
  );
}
