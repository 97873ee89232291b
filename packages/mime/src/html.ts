import { compile } from 'html-to-text';

/** HTML beyond this many characters is not read for its text: nested deep enough, its cost grows with the square of its length. */
const LONGEST = 500_000;

const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: LONGEST, maxDepth: 200, maxChildNodes: 100_000 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
  ],
});

/** The text of an HTML body: for people without the HTML part, and for filters over the body. */
export function htmlToText(html: string): string {
  try {
    return convert(html.slice(0, LONGEST));
  } catch {
    return html.slice(0, LONGEST).replace(/<[^>]{0,10000}>/g, ' ');
  }
}
