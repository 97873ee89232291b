import { useEffect, useReducer, useRef } from 'react';
import type { ErrorShown, TestAsked, TestEvent } from '../../../api.ts';
import { failureOf, stream } from '../../client.ts';

export type Stage = Extract<TestEvent, { readonly event: 'stage' }>;
export interface TestState {
  readonly at: 'idle' | 'running' | 'ok' | 'failed' | 'canceled';
  readonly stages: readonly Stage[];
  /** Where a person signs in. */
  readonly browser?: string;
  readonly code?: { readonly url: string; readonly code: string };
  readonly error?: ErrorShown;
}
export const IDLE: TestState = { at: 'idle', stages: [] };

type Change =
  | TestEvent
  | { readonly event: 'start' }
  | { readonly event: 'cancel' }
  | { readonly event: 'lost'; readonly error: ErrorShown };

/** The state after one more event. A stage that is told again is the newer one. */
export function after(state: TestState, change: Change): TestState {
  if (change.event !== 'start' && state.at !== 'running') return state;
  switch (change.event) {
    case 'start':
      return { at: 'running', stages: [] };
    case 'cancel':
      return { at: 'canceled', stages: state.stages };
    case 'lost':
      return { ...state, at: 'failed', error: change.error };
    case 'stage': {
      const same = (one: Stage) => one.stage === change.stage && one.side === change.side;
      return { ...state, stages: [...state.stages.filter((one) => !same(one)), change] };
    }
    case 'browser':
      return { ...state, browser: change.url };
    case 'code':
      return { ...state, code: { url: change.url, code: change.code } };
    case 'end':
      return { at: change.ok ? 'ok' : 'failed', stages: state.stages, ...(change.error && { error: change.error }) };
  }
}

export interface Test {
  readonly state: TestState;
  readonly start: (asked: TestAsked, onEnd?: (isOk: boolean) => void) => void;
  readonly cancel: () => void;
}

/** One test of a connection at a time; it ends when the form goes. */
export function useTest(): Test {
  const [state, tell] = useReducer(after, IDLE);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const cancel = () => {
    running.current?.abort();
    running.current = undefined;
    tell({ event: 'cancel' });
  };
  const start = (asked: TestAsked, onEnd?: (isOk: boolean) => void) => {
    if (running.current) return;
    const gone = (running.current = new AbortController());
    tell({ event: 'start' });
    void follow(asked, gone, tell, onEnd).finally(() => {
      if (running.current === gone) running.current = undefined;
    });
  };
  return { state, start, cancel };
}

async function follow(
  asked: TestAsked,
  gone: AbortController,
  tell: (change: Change) => void,
  onEnd?: (isOk: boolean) => void,
): Promise<void> {
  try {
    for await (const event of stream<TestEvent>('POST', 'test', asked, gone.signal)) {
      tell(event);
      if (event.event === 'end') onEnd?.(event.ok);
    }
    tell({ event: 'lost', error: { code: 'connection.lost', message: '', fix: '' } });
  } catch (thrown) {
    if (gone.signal.aborted) return;
    tell({ event: 'lost', error: failureOf(thrown) });
  }
}

/** What authors copy into a ticket: the stages as text. */
export function details(state: TestState): string {
  const lines = state.stages.map(({ side, stage, state: how, ms, text, code, fix }) =>
    [`${side} ${stage}: ${how}, ${ms} ms`, text, code && `[${code}]`, fix].filter((part) => part !== undefined && part !== '').join(' | '),
  );
  const { error } = state;
  return [...lines, ...(error ? [`${error.code}: ${error.message} ${error.fix}`] : [])].join('\n');
}
