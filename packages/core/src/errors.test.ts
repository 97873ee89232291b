import { inspect } from 'node:util';
import english from './locales/en.json' with { type: 'json' };
import { ERRORS, EmailError, type ErrorCode } from './errors.ts';
import { errorText } from './error-text.ts';
import { redact } from './redact.ts';
import { Secret } from './secret.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the table of errors', () => {
  test('R6.1 every code has its texts and no text is left over', () => {
    expect(Object.keys(english).sort()).toEqual([...codes].sort());
  });
  test.each(codes)('%s: both texts can be made, with and without what is optional, from the details that it has', (code) => {
    const details = ERRORS[code].details as Record<string, string>;
    const sample = (optional: boolean) =>
      Object.fromEntries(
        Object.entries(details).flatMap(([name, kind]) =>
          kind.endsWith('?') && !optional ? [] : [[name, kind.startsWith('number') ? 7 : kind === 'list' ? ['one', 'two'] : 'TEXT']],
        ),
      );
    for (const part of ['message', 'fix'] as const) {
      const source = (english as Record<string, { message: string; fix: string }>)[code]?.[part] ?? '';
      const used = [...source.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name).filter((name) => name !== 'none' && name !== 'other');
      for (const name of used) expect(Object.keys(details)).toContain(name);
      for (const optional of [true, false]) expect(errorText(code, part, sample(optional)).length).toBeGreaterThan(3);
      expect(errorText(code, part, sample(true))).not.toMatch(/[{}]/);
    }
  });
});

describe('EmailError', () => {
  const error = new EmailError('session.not_found', { session: 'Bills', known: ['Invoices', 'Default'] });
  test('R0.6 says what, how to mend it, and whether to try again', () => {
    expect(error.toJSON()).toEqual({
      code: 'session.not_found',
      message: 'There is no session named "Bills".',
      fix: 'Run Connect with this session name first. Known sessions: Invoices, Default.',
      retry: 'never',
      session: 'none',
      details: { session: 'Bills', known: ['Invoices', 'Default'] },
    });
  });
  test('is recognized by code and family', () => {
    expect([
      EmailError.is(error, 'session.not_found'),
      EmailError.is(error, 'session'),
      EmailError.is(error, 'auth'),
      EmailError.is(new Error('x')),
    ]).toEqual([true, true, false, false]);
  });
  test('what is none of ours is a bug of ours', () => {
    expect(EmailError.from(new TypeError('x is undefined'), 'move')).toMatchObject({
      code: 'internal.bug',
      message: 'A mistake of Mailwright itself in move: x is undefined',
    });
  });
});

describe('secrets', () => {
  const value = 'p"a\\s s wörd%{}$&<>\'42';
  const secret = new Secret(value);
  test('R1.56 a secret cannot be printed', () => {
    expect([String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 9 }), [secret].join()].join(' ')).not.toContain(
      'wörd',
    );
  });
  test('no form of it passes an error, not in text, details or cause', () => {
    const sasl = Buffer.from(`\0demo@example.test\0${value}`).toString('base64');
    const echoes = [
      value,
      sasl,
      encodeURIComponent(value),
      JSON.stringify(value),
      Buffer.from(value).toString('hex'),
      `<a>${value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')}</a>`,
    ];
    for (const echo of echoes) {
      const told = new EmailError(
        'auth.rejected',
        { host: 'h', username: 'u', serverSaid: `you sent ${echo} !` },
        { cause: Object.assign(new Error(`AUTH ${echo}`), { command: echo }) },
      );
      const all = [JSON.stringify(told), told.message, inspect(told, { depth: 9 }), String(told.stack)].join('\n');
      expect(all).toContain('[secret]');
      for (const form of [value, sasl.slice(-20, -4), Buffer.from(value).toString('hex')]) expect(all).not.toContain(form);
    }
    expect(redact('nothing to hide')).toBe('nothing to hide');
  });
});
