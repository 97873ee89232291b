import { useSyncExternalStore } from 'react';

export const SCREENS = ['automations', 'editor', 'credentials', 'sessions', 'runs', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];
/** Where the page is: `#/editor/invoices.steps.yaml`. `detail`: a file, a run, a name. */
export interface Route {
  readonly screen: Screen;
  readonly detail?: string;
}

let known = { hash: '', route: parse('') };
function parse(hash: string): Route {
  const [, screen = '', ...rest] = hash.split('/');
  const found = SCREENS.find((one) => one === screen) ?? 'automations';
  const detail = rest.map(decodeURIComponent).join('/');
  return { screen: found, ...(detail !== '' && { detail }) };
}
function current(): Route {
  if (known.hash !== location.hash) known = { hash: location.hash, route: parse(location.hash) };
  return known.route;
}
function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, current);
export const addressOf = (screen: Screen, detail?: string): string =>
  `#/${screen}${detail === undefined ? '' : `/${encodeURIComponent(detail)}`}`;
export const go = (screen: Screen, detail?: string): void => void (location.hash = addressOf(screen, detail));

/** Asked before the page goes elsewhere; `leave` goes there. */
type Guard = (leave: () => void) => void;
let guard: Guard | undefined;
// Registered before any screen listens, so that none of them sees an address that is not gone to.
addEventListener('hashchange', () => {
  const wanted = location.hash;
  if (!guard || wanted === known.hash) return;
  history.replaceState(null, '', known.hash);
  guard(() => {
    guard = undefined;
    location.hash = wanted;
  });
});
const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** What was typed on a screen is not left without a question, neither by the navigation nor by closing the page. Ends with the answer. */
export function guardRoute(given: Guard): () => void {
  guard = given;
  addEventListener('beforeunload', ask);
  return () => {
    if (guard === given) guard = undefined;
    removeEventListener('beforeunload', ask);
  };
}
