import type { ConnectionShown, Fields as Input } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { call } from '../client.ts';
import { fresh } from '../form/model/branches.ts';
import type { Schema } from '../form/model/schema.ts';
import { useText } from '../text/text.ts';
import { toast } from '../ui/index.ts';
import { NamedForm } from './named-form.tsx';

/** The form of a managed connection: who signs in where, and what the token is for. */
export function ConnectionEditor({
  connection,
  names,
  onClose,
}: {
  readonly connection?: ConnectionShown;
  readonly names: readonly string[];
  /** With the name of what was saved. */
  readonly onClose: (saved?: string) => void;
}) {
  const t = useText();
  const root = useBoot().connection as Schema;
  const auth = root.properties?.['auth'];
  const save = async (name: string, input: Input) => {
    await call('PUT', `connections/${encodeURIComponent(name)}`, input);
    toast(t('screens.savedConnection', { name }));
    onClose(name);
  };
  return (
    <NamedForm
      {...(connection && { name: connection.name, isNameFixed: true })}
      names={names}
      newTitle={t('screens.newConnection')}
      takenText={t('screens.connectionTaken')}
      root={root}
      input={connection?.input ?? (auth === undefined ? {} : { auth: fresh(auth, root) })}
      onSave={save}
      onClose={() => onClose()}
    />
  );
}
