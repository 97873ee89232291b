import { inspect } from 'node:util';
import { IntlMessageFormat } from 'intl-messageformat';
import english from './locales/en.json' with { type: 'json' };
import { ERRORS, EmailError, type ErrorCode } from './errors.ts';
import { ERROR_TEXTS, errorText, type ErrorTexts } from './error-text.ts';
import { languageOf } from './languages.ts';
import { say } from './phrase.ts';
import { redact } from './redact.ts';
import { Secret } from './secret.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

/** The details that a text uses, wherever in it. */
function namesIn(text: string): string[] {
  const found = new Set<string>();
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    // Types of elements: 0 is plain text, 7 the number of a plural.
    if ('type' in part && 'value' in part && part.type !== 0 && part.type !== 7) found.add(String(part.value));
    for (const inner of Object.values(part)) walk(inner);
  };
  walk(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
  return [...found].sort();
}

describe('the table of errors', () => {
  test('R6.1 every language tells every code and no other, with the same details, and in words of its own', () => {
    for (const [language, texts] of ERROR_TEXTS) {
      expect(Object.keys(texts).sort()).toEqual([...codes].sort());
      for (const code of codes)
        for (const part of ['message', 'fix'] as const) {
          const [told, original] = [texts[code]?.[part] ?? '', (english as ErrorTexts)[code]?.[part] ?? ''];
          expect([language, code, part, namesIn(told)]).toEqual([language, code, part, namesIn(original)]);
          // What an error of this kind says is its details alone.
          if (language !== 'en' && code !== 'input.invalid') expect(told).not.toBe(original);
        }
    }
  });
  const cases = [...ERROR_TEXTS.keys()].flatMap((language) => codes.map((code) => [language, code] as const));
  test.each(cases)('%s %s: both texts can be made, with and without what is optional, from the details that it has', (language, code) => {
    const details = ERRORS[code].details as Record<string, string>;
    const texts = ERROR_TEXTS.get(language);
    const sample = (optional: boolean) =>
      Object.fromEntries(
        Object.entries(details).flatMap(([name, kind]) =>
          kind.endsWith('?') && !optional ? [] : [[name, kind.startsWith('number') ? 7 : kind === 'list' ? ['one', 'two'] : 'TEXT']],
        ),
      );
    for (const part of ['message', 'fix'] as const) {
      for (const name of namesIn(texts?.[code]?.[part] ?? '')) expect(Object.keys(details)).toContain(name);
      for (const optional of [true, false]) expect(errorText(code, part, sample(optional), texts, language).length).toBeGreaterThan(3);
      expect(errorText(code, part, sample(true), texts, language)).not.toMatch(/[{}]/);
    }
  });
});

describe('EmailError', () => {
  const error = new EmailError('session.not_found', { session: 'Bills', known: ['Invoices', 'Default'] });
  test('speaks the language that is asked for, English where it knows none', () => {
    expect(error.in('de-AT,de;q=0.9')).toEqual({
      message: expect.stringContaining('"Bills"') as string,
      fix: 'Führen Sie zuerst Verbinden mit diesem Sitzungsnamen aus. Bekannte Sitzungen: Invoices, Default.',
    });
    expect(error.in('pt').fix).toMatch(/^Execute antes Conectar/);
    expect(error.in('ja')).toEqual({ message: error.message, fix: error.fix });
    expect(['pt-BR', 'de', 'en-GB', 'ja', ''].map(languageOf)).toEqual(['pt-BR', 'de', 'en', 'en', 'en']);
  });
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
  test('a control character of a name breaks no line', () => {
    expect(new EmailError('folder.not_found', { folder: 'a\nb\u001b[2J', similar: [] }).message).toBe(
      'There is no folder "a\u2423b\u2423[2J".',
    );
    expect(new EmailError('server.refused', { what: say`make ${{ folder: 'a\rb' }}`, serverSaid: 'no' }).message).toContain(
      'make a\u2423b: no',
    );
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
