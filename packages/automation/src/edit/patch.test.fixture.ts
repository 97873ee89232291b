import { readFileSync } from 'node:fs';
import { contentOf } from './patch.ts';

const sample = readFileSync(new URL('../../../../fixtures/automations/invoices.steps.yaml', import.meta.url), 'utf8');
export const odd = `# a file with comments in odd places
version: 1 # the version

id: odd   # never changes
name: "Odd" # a name
variables: # what the bot knows

  # the word
  word: { type: string, default: 'invoice' }   # aligned
  count:
    # how many
    type: number

    default: 3 #	a tab
  list: { type: list, default: [ a, 'b', "c" ] }
# what it does
steps:
  # first of all

  - id: connect # the way in
    action: email.connect
    with:
      session: Default
      server:   # where
        backend: imap
        host: imap.example.test
        # the usual port
        port: 993
        auth: {
          mode: basic, # a password
          username: { insecure: me }, password: { credential: a/b } }

  # then the work

  - id: work
    try:
      - id: each
        loop: email.loop
        with: { session: Default, filter: { op: and, of: [ { op: flag, name: seen, value: false }, { op: contains, field: subject, value: x } ] } }
        as: mail
        do:
          # answer
          - id: reply
            action: email.reply
            with:
              session: Default
              message: '{{ mail }}'
              text: |  # the text
                Hello,
                # this is text

                  indented
          # file it
          - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: Done } } # away
          # after the last step of the loop
      # after the loop
    catch:
      - { id: failed, stop: run }
  - id: bye
    action: email.disconnect
    with:
      session: Default
# the end
`;
export const files = {
  sample,
  odd,
  windows: odd.replaceAll('\n', '\r\n'),
  mark: `\uFEFF${odd}`,
  blank: `\n\n${odd}`,
  open: odd.trimEnd().replace(/\n# the end$/, ''),
};

export type Step = Record<string, unknown> & { id: string };
export type Loose = { steps: Step[]; [key: string]: unknown };
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
export const loose = (text: string) => copy(contentOf(text)) as unknown as Loose;
export const find = (steps: Step[], id: string): { list: Step[]; at: number } | undefined => {
  const at = steps.findIndex((step) => step.id === id);
  if (at >= 0) return { list: steps, at };
  for (const step of steps)
    for (const key of ['do', 'try', 'catch', 'finally', 'else']) {
      const found = Array.isArray(step[key]) ? find(step[key] as Step[], id) : undefined;
      if (found) return found;
    }
  return undefined;
};
export const taken = (content: Loose, id: string): Step => {
  const found = find(content.steps, id);
  if (!found) throw new Error(id);
  return found.list.splice(found.at, 1)[0] as Step;
};
