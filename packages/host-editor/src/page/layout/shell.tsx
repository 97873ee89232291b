import { useEffect } from 'react';
import { isAnyDirty, useAutomation } from '../automation/editor-store.ts';
import { addressOf, SCREENS, useRoute, type Screen } from '../navigation.ts';
import { AutomationsScreen } from '../screens/automations.tsx';
import { CredentialsScreen } from '../screens/credentials.tsx';
import { RunsScreen } from '../screens/runs.tsx';
import { SessionsScreen } from '../screens/sessions.tsx';
import { SettingsScreen } from '../screens/settings.tsx';
import { useText } from '../text/text.ts';
import { Icon, type IconName } from '../ui/index.ts';
import { EditorScreen } from './editor-screen.tsx';
import './shell.css';
import { TopBar } from './top-bar.tsx';

const ICONS: Readonly<Record<Screen, IconName>> = {
  automations: 'bot',
  editor: 'steps',
  credentials: 'key',
  sessions: 'server',
  runs: 'history',
  settings: 'settings',
};
const CONTENT: Readonly<Record<Screen, () => React.ReactNode>> = {
  automations: AutomationsScreen,
  editor: EditorScreen,
  credentials: CredentialsScreen,
  sessions: SessionsScreen,
  runs: RunsScreen,
  settings: SettingsScreen,
};

export function Shell() {
  const { screen } = useRoute();
  const Content = CONTENT[screen];
  useEffect(() => {
    // The browser asks before a page with changes that were not saved goes away.
    const ask = (event: BeforeUnloadEvent) => isAnyDirty() && event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  return (
    <div className="shell">
      <Navigation screen={screen} />
      <div className="shell-main">
        <TopBar />
        <main className="shell-content" data-screen={screen}>
          <Content />
        </main>
      </div>
    </div>
  );
}

function Navigation({ screen }: { readonly screen: Screen }) {
  const t = useText();
  const file = useAutomation()?.file;
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <span className="rail-brand" aria-hidden>
        <Icon name="mail" size={20} />
      </span>
      {SCREENS.filter((one) => one !== 'editor' || file !== undefined || screen === 'editor').map((one) => (
        <a
          key={one}
          className={one === 'settings' ? 'rail-link rail-last' : 'rail-link'}
          href={addressOf(one, one === 'editor' ? file : undefined)}
          aria-current={one === screen ? 'page' : undefined}
        >
          <Icon name={ICONS[one]} size={20} />
          <span>{t(`nav.${one}`)}</span>
        </a>
      ))}
    </nav>
  );
}
