import { Mail, defineAction, type Definition } from '@mailwright/core';
import { z } from 'zod';
import { Checker } from './checker.ts';
import { Names } from './names.ts';

const clock = { now: () => new Date(0), timeZone: 'UTC' };
const action = (id: `email.${string}`, output: z.ZodType) =>
  defineAction({
    id,
    title: id,
    summary: id,
    line: id,
    effect: 'read',
    needs: [],
    input: z.strictObject({}),
    output,
    run: () => Promise.reject(new Error('never')),
  });

/** What an expression over a step's output `out` gives, or what is wrong with it. */
function check(output: z.ZodType, source: string): string {
  const definitions: Definition[] = [action('email.one', z.object({ mail: Mail })), action('email.two', output)];
  const checker = new Checker(definitions, clock);
  const names = new Names();
  names.declare('out', checker.outputOf(definitions[1] as Definition));
  const checked = checker.check(source, names);
  return 'mistake' in checked ? `${checked.mistake.at}: ${String(checked.mistake.message)} ${String(checked.mistake.fix)}` : checked.type;
}

const Tree = z.object({
  name: z.string(),
  get inner() {
    return z.array(Tree).optional();
  },
});

test.each([
  [z.object({ n: z.number(), i: z.number().int().optional() }), 'out.n + out.i', 'double'],
  [z.object({ kind: z.enum(['a', 'b']), on: z.boolean().default(true) }), `out.on ? out.kind : 'c'`, 'string'],
  [z.object({ n: z.number() }), 'out.n == 5 || 5 != out.n', 'bool'],
  [z.object({ mails: z.array(Mail) }), 'out.mails[0].from[0].address', 'string'],
  [z.object({ mails: z.array(Mail) }), 'out.mails.map(m, m.subjct)', '19: "m" has no field "subjct". Did you mean "subject"?'],
  [z.object({ message: Mail.optional() }), 'out.message.subject.lower()', 'string'],
  [z.object({ headers: z.record(z.string(), z.array(z.string())) }), `out.headers['x'][0]`, 'string'],
  [z.object({ any: z.unknown(), loose: z.looseObject({ a: z.string() }) }), 'out.any.x.y + out.loose.b', 'dyn'],
  [z.object({ either: z.union([z.string(), z.number()]) }), 'out.either + 1', 'dyn'],
  [z.object({ nothing: z.string().nullable() }), 'out.nothing == null', 'bool'],
  [
    z.object({ list: z.object({ a: z.string() }).meta({ title: 'map' }), error: z.object({ b: z.string() }).meta({ title: 'error' }) }),
    'out.list.a + out.error.b',
    'string',
  ],
  [z.object({ tree: Tree }), 'out.tree.inner[0].inner[0].name', 'string'],
  [z.array(z.string()), 'size(out)', 'int'],
])('%#: %s %s', (output, source, expected) => {
  expect(check(output, source)).toBe(expected);
});
