import { useEffect, useMemo, useRef, useState } from 'react';
import type {
  AutomationContent,
  ConnectAsked,
  ErrorShown,
  Fields,
  FolderShown,
  MessageOpened,
  MessageShown,
  MessagesShown,
} from '../../api.ts';
import { allSteps } from '../automation/content.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { call, failureOf } from '../client.ts';
import { useLanguage } from '../text/text.ts';
import { defaultsOf } from '../form/model/variables.ts';
import { isObject } from '../form/model/schema.ts';
import { useRun } from '../run/run-store.ts';

const SHOWN = 100;
/** Milliseconds between two looks while a run goes on. */
const LOOK_AGAIN = 1000;

export interface Opener {
  /** The Connect step. */
  readonly step: string;
  readonly session: string;
  readonly asked: ConnectAsked;
}

/** The sessions that the automation opens, each with what its Connect says. */
export function useOpeners(): readonly Opener[] {
  const { definitions, demo } = useBoot();
  const content = useFromAutomation((automation) => automation?.history?.now.content);
  const file = useFromAutomation((automation) => automation?.file);
  return useMemo(() => {
    const sessions = new Set(definitions.filter(({ kind }) => kind === 'session').map(({ id }) => id));
    return content ? openersOf(content, sessions, demo?.file === file ? demo?.variables : undefined) : [];
  }, [content, definitions, demo, file]);
}

function openersOf(content: AutomationContent, sessions: ReadonlySet<string>, given: Fields = {}): readonly Opener[] {
  const variables = { ...defaultsOf(content.variables), ...given };
  return [...allSteps(content.steps)].flatMap(({ step }) => {
    const { id, action, with: connect } = step;
    if (typeof action !== 'string' || !sessions.has(action) || !isObject(connect)) return [];
    if (connect['server'] === undefined && connect['saved'] === undefined) return [];
    return [{ step: id, session: typeof connect['session'] === 'string' ? connect['session'] : 'Default', asked: { connect, variables } }];
  });
}

export interface MailboxView {
  readonly folders?: readonly FolderShown[];
  readonly folder: string;
  readonly listed?: MessagesShown;
  readonly opened?: MessageOpened;
  readonly error?: ErrorShown;
  readonly busy: boolean;
  readonly choose: (folder: string) => void;
  readonly open: (message: MessageShown) => void;
  readonly refresh: () => void;
}

/** A mailbox as it is now; while a run goes on it is looked at again and again. */
export function useMailbox(asked: ConnectAsked): MailboxView {
  const [folders, setFolders] = useState<readonly FolderShown[]>();
  const [folder, setFolder] = useState('INBOX');
  const [listed, setListed] = useState<MessagesShown>();
  const [opened, setOpened] = useState<MessageOpened>();
  const [error, setError] = useState<ErrorShown>();
  const [busy, setBusy] = useState(false);
  const [looks, setLooks] = useState(0);
  // What went wrong is told in the language that is chosen by now.
  const language = useLanguage();
  const key = JSON.stringify(asked);
  const latest = useRef(asked);
  latest.current = asked;
  useEffect(() => {
    const gone = new AbortController();
    setBusy(true);
    void (async () => {
      try {
        const found = await call<FolderShown[]>('POST', 'folders', latest.current, gone.signal);
        setFolders(found);
        const query = { ...latest.current, folder, limit: SHOWN };
        setListed(await call<MessagesShown>('POST', 'messages', query, gone.signal));
        setError(undefined);
      } catch (thrown) {
        if (!gone.signal.aborted) setError(failureOf(thrown));
      }
      if (!gone.signal.aborted) setBusy(false);
    })();
    return () => gone.abort();
  }, [key, folder, looks, language]);
  useLooksDuringRun(busy, () => setLooks((before) => before + 1));
  return {
    ...(folders && { folders }),
    folder,
    ...(listed && { listed }),
    ...(opened && { opened }),
    ...(error && { error }),
    busy,
    choose: (path) => {
      setFolder(path);
      setListed(undefined);
      setOpened(undefined);
    },
    open: ({ ref }) => {
      call<MessageOpened>('POST', 'message', { ...latest.current, ref }).then(setOpened, (thrown: unknown) => setError(failureOf(thrown)));
    },
    refresh: () => setLooks(looks + 1),
  };
}

/** Looks again while a run goes on, and once more when it is over. */
function useLooksDuringRun(busy: boolean, look: () => void): void {
  const { view } = useRun();
  const isGoing = view?.listed.state === 'running' || view?.listed.state === 'stopping';
  const seq = view?.seq ?? 0;
  const seen = useRef(seq);
  const again = useRef(look);
  again.current = look;
  useEffect(() => {
    if (busy || seen.current === seq) return;
    const timer = setTimeout(
      () => {
        seen.current = seq;
        again.current();
      },
      isGoing ? LOOK_AGAIN : 100,
    );
    return () => clearTimeout(timer);
    // Not with every line of the run, or the wait would never end.
  }, [busy, isGoing, seen.current === seq]);
}
