import { createContext, useContext, useEffect, useState } from 'react';
import type { Boot, DefinitionShown, ErrorShown } from '../api.ts';
import { call, failureOf } from './client.ts';
import { useLanguage } from './text/text.ts';

export const BootContext = createContext<Boot | undefined>(undefined);

/** What the server told at the start: definitions, servers, functions, in the present language. */
export function useBoot(): Boot {
  const boot = useContext(BootContext);
  if (!boot) throw new Error('useBoot stands outside of App');
  return boot;
}
export const useDefinition = (id: string | undefined): DefinitionShown | undefined =>
  useBoot().definitions.find((definition) => definition.id === id);

/** Asks again when the language changes; what is shown stays until the answer is there. */
export function useBootLoader(): { readonly boot?: Boot; readonly error?: ErrorShown; readonly retry: () => void } {
  const language = useLanguage();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<{ readonly boot?: Boot; readonly error?: ErrorShown }>({});
  useEffect(() => {
    const gone = new AbortController();
    call<Boot>('GET', 'boot', undefined, gone.signal).then(
      (boot) => setState({ boot }),
      (error: unknown) => {
        if (gone.signal.aborted) return;
        setState({ error: failureOf(error) });
      },
    );
    return () => gone.abort();
  }, [language, tries]);
  return { ...state, retry: () => setTries(tries + 1) };
}
