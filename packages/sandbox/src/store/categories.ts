/** What an IMAP keyword cannot hold (RFC 3501 section 9, atom), and the sign that stands for it. */
const UNFIT = /[^!#$&'+,\-./0-9:;<>?@A-Z[^_`a-z|}~]/gu;

/** A category of Exchange or Graph as the keyword by which IMAP shows it: `Big order` is `Big=20order`. */
export function keywordOf(category: string): string {
  return category.replace(UNFIT, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** The categories among a message's flags. Forwarded is a property of its own in both. */
export function categoriesOf(flags: Iterable<string>): string[] {
  return [...flags].filter((flag) => !flag.startsWith('\\') && flag !== '$Forwarded').map(categoryOf);
}

function categoryOf(keyword: string): string {
  return keyword.replace(/(?:=[0-9A-F]{2})+/g, (escaped) => Buffer.from(escaped.replaceAll('=', ''), 'hex').toString('utf8'));
}
