import { useMemo, useState } from 'react';
import type { Fields as Input, SessionShown } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { call } from '../client.ts';
import { TestPanel } from '../form/connect/test-panel.tsx';
import { fresh } from '../form/model/branches.ts';
import type { Schema } from '../form/model/schema.ts';
import { useText } from '../text/text.ts';
import { toast } from '../ui/index.ts';
import { NamedForm } from './named-form.tsx';

/** What a saved session says itself: neither its own name nor that of another one. */
const OUTSIDE = ['session', 'saved'];

/** The form of Connect for a session that is saved under a name. */
export function SessionEditor({
  session,
  names,
  onClose,
}: {
  readonly session?: SessionShown;
  readonly names: readonly string[];
  readonly onClose: () => void;
}) {
  const t = useText();
  const root = useConnectSchema();
  // What a test went well with: the same input, untouched since, is saved as tested.
  const [tested, setTested] = useState<Input | undefined>();
  const save = async (name: string, connect: Input) => {
    const isSame = session?.name === name;
    const isTested = tested === connect;
    await call('PUT', `sessions/${encodeURIComponent(name)}`, { connect, tested: isTested, ...(isSame && { replace: true }) });
    if (session && !isSame) await call('DELETE', `sessions/${encodeURIComponent(session.name)}`);
    toast(t('screens.savedSession', { name }));
    onClose();
  };
  return (
    <NamedForm
      {...(session && { name: session.name })}
      names={names}
      newTitle={t('screens.newSession')}
      takenText={t('screens.nameTaken')}
      root={root}
      leaveOut={OUTSIDE}
      input={session?.connect ?? beginning(root)}
      onSave={save}
      onClose={onClose}
    >
      {(name, input) => (
        <TestPanel
          input={{ ...input, session: name === '' ? 'Default' : name }}
          onEnd={(isOk) => setTested((before) => (isOk ? input : before === input ? undefined : before))}
        />
      )}
    </NamedForm>
  );
}

function useConnectSchema(): Schema {
  const { definitions } = useBoot();
  return useMemo(() => {
    const inputs = definitions.filter(({ kind }) => kind === 'session').map(({ input }) => input as Schema);
    return inputs.find(({ properties }) => properties !== undefined && 'server' in properties) ?? {};
  }, [definitions]);
}

/** A new session begins with a server, at the first kind of it. */
function beginning(root: Schema): Input {
  const server = root.properties?.['server'];
  return server === undefined ? {} : { server: fresh(server, root) };
}
