import type { Email, Person } from '@mailwright/sdk';
import type { TestEvent } from '../../api.ts';
import { Channel } from '../channel.ts';
import { shownError } from '../errors.ts';

/** What a person has to do, and how it ends, as events for the page; the stream ends with the work. */
export function eventsOf(
  language: string,
  work: (tell: (event: TestEvent) => void, person: Person) => Promise<boolean>,
): AsyncIterable<TestEvent> {
  const events = new Channel<TestEvent>();
  const tell = (event: TestEvent) => events.put(event);
  const person: Person = {
    openBrowser: (url) => {
      tell({ event: 'browser', url: url.href });
      return Promise.resolve();
    },
    showCode: ({ url, code }) => tell({ event: 'code', url, code }),
  };
  const ended = work(tell, person).then(
    (ok) => tell({ event: 'end', ok }),
    (thrown: unknown) => tell({ event: 'end', ok: false, error: shownError(thrown, language) }),
  );
  void ended.then(() => events.end());
  return events;
}

/** Test connection, stage by stage. */
export function testStream(
  email: Email,
  connect: () => Promise<Readonly<Record<string, unknown>>>,
  asked: { readonly language: string; readonly signal: AbortSignal; readonly sendTo?: string | undefined; readonly person: boolean },
): AsyncIterable<TestEvent> {
  return eventsOf(asked.language, async (tell, person) => {
    const { ok } = await email.testConnection(await connect(), {
      signal: asked.signal,
      language: asked.language,
      ...(asked.sendTo !== undefined && { sendTo: asked.sendTo }),
      ...(asked.person && { person }),
      onStage: (stage) => tell({ event: 'stage', ...stage }),
    });
    return ok;
  });
}
