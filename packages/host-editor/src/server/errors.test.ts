import { EmailError } from '@mailwright/sdk';
import { shownError } from './errors.ts';

test('R6.1 an error comes in the language of the page, with the same code and details', () => {
  const error = new EmailError('folder.not_found', { folder: 'Rechnungne', similar: ['Rechnungen'] });
  const shown = ['en', 'pt-BR', 'de'].map((language) => shownError(error, language));
  expect(shown.map(({ code, details }) => [code, details])).toEqual(
    shown.map(() => ['folder.not_found', { folder: 'Rechnungne', similar: ['Rechnungen'] }]),
  );
  expect(shown.map(({ fix }) => fix)).toEqual([
    expect.stringMatching(/^Did you mean: Rechnungen\?/),
    expect.stringMatching(/^Você quis dizer: Rechnungen\?/),
    expect.stringMatching(/^Meinten Sie: Rechnungen\?/),
  ]);
});

test('what is thrown and none of ours is told as a fault of ours, in that language too', () => {
  const [german, english] = ['de', 'en'].map((language) => shownError(new TypeError('x is undefined'), language));
  expect(german).toMatchObject({ code: 'internal.bug', retry: 'never', message: expect.stringContaining('x is undefined') as string });
  expect([german?.message === english?.message, german?.fix === english?.fix]).toEqual([false, false]);
});
