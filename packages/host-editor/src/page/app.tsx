import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { BootContext, useBootLoader } from './boot.ts';
import { Shell } from './layout/shell.tsx';
import { go, useRoute } from './navigation.ts';
import { useLanguage, useText } from './text/text.ts';
import { Announcements, Button, Empty } from './ui/index.ts';

let isDemoShown = false;

export function App() {
  const t = useText();
  const { boot, error, retry } = useBootLoader();
  const { detail } = useRoute();
  useEffect(() => {
    // The demo begins with its automation, once.
    if (!boot?.demo || isDemoShown) return;
    isDemoShown = true;
    if (detail === undefined) go('editor', boot.demo.file);
  }, [boot, detail]);
  return (
    <I18nProvider locale={useLanguage()}>
      {boot ? (
        <BootContext value={boot}>
          <Shell />
        </BootContext>
      ) : error ? (
        <Empty icon="error" title={t('app.lost')}>
          <p>{t('app.lostFix')}</p>
          <Button icon="refresh" onPress={retry}>
            {t('app.again')}
          </Button>
        </Empty>
      ) : (
        <Empty icon="mail" title={t('app.loading')} />
      )}
      <Announcements />
    </I18nProvider>
  );
}
