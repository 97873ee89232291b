import { randomBytes } from 'node:crypto';

const TAGS =
  'a abbr address b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var';
const LOOKS = [
  'align',
  'valign',
  'bgcolor',
  'color',
  'width',
  'height',
  'border',
  'cellpadding',
  'cellspacing',
  'colspan',
  'rowspan',
  'dir',
  'lang',
  'face',
  'size',
  'start',
  'type',
];
const WORD = [/^[\w\s.,%#()'"-]+$/];
const STYLES = Object.fromEntries(
  'color background-color font-size font-family font-weight font-style text-align text-decoration line-height letter-spacing vertical-align width max-width height padding padding-top padding-right padding-bottom padding-left margin margin-top margin-right margin-bottom margin-left border border-top border-right border-bottom border-left border-color border-style border-width border-radius border-collapse border-spacing white-space direction list-style-type display'
    .split(' ')
    .map((name) => [name, WORD]),
);
const FRAME =
  'body{margin:16px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;background:#fff;color:#1a1a1a}img{max-width:100%;height:auto}.LINK{color:#1a56c4;text-decoration:underline}.LINK::after{content:" \\2039" attr(title) "\\203a";color:#666;font-size:.85em}';

/**
 * A mail's HTML as a page that does nothing: no script, no form, no remote load. Links become texts that show where they lead.
 * `imagesAt`: where remote images are asked for; without, they are left out. `images` are their real addresses.
 */
export async function mailPage(
  html: string,
  inline: ReadonlyMap<string, string>,
  imagesAt?: string,
): Promise<{ readonly text: string; readonly images: readonly string[] }> {
  const { default: sanitize } = await import('sanitize-html');
  const images: string[] = [];
  // No mail can know it, and so none can show a false address.
  const link = `l${randomBytes(9).toString('hex')}`;
  const text = sanitize(html, {
    allowedTags: TAGS.split(' '),
    allowedAttributes: { '*': [...LOOKS, 'style'], img: ['src', 'alt', 'width', 'height', 'style'], span: ['title', 'class'] },
    allowedClasses: { span: [link] },
    allowedStyles: { '*': STYLES },
    allowedSchemes: ['data'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    transformTags: {
      a: (_, { href = '' }) =>
        /^(https?|mailto):/i.test(href)
          ? { tagName: 'span', attribs: { class: link, title: href.slice(0, 300) } }
          : { tagName: 'span', attribs: {} },
      img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, src: sourceOf(attribs['src'] ?? '') } }),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && (attribs['src'] ?? '') === '',
  });
  const head = `<!doctype html><html><head><meta charset="utf-8"><title>Mail</title><style>${FRAME.replaceAll('LINK', link)}</style></head>`;
  return { text: `${head}<body>${text}</body></html>`, images };

  function sourceOf(source: string): string {
    if (/^cid:/i.test(source)) return inline.get(decoded(source.slice('cid:'.length))) ?? '';
    if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(source)) return source;
    if (imagesAt === undefined || !/^https:\/\//i.test(source)) return '';
    return imagesAt + String(images.push(source) - 1);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
