import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { safeName, say, type Message, type MessageRef } from '@mailwright/sdk';
import type { Fields, MessageOpened } from '../../api.ts';
import { refusal } from '../errors.ts';
import { Reply } from '../router.ts';
import type { Filled } from './filled.ts';
import { fetchImage, type ImageSource } from './images.ts';
import { shownMessage } from './messages.ts';
import { mailPage } from './page.ts';
import type { SessionPool } from './pool.ts';

/** Mails whose parts can still be asked for. */
const MOST = 50;
/** An inline picture goes into the page itself. */
const LARGEST_INLINE = 2 * 1024 * 1024;

interface Opened {
  readonly filled: Filled;
  readonly ref: MessageRef;
}
interface Html {
  readonly html: string;
  readonly inline: ReadonlyMap<string, string>;
  shown: boolean;
}

/** The mails that a person looked at last, so that their parts can be asked for. */
export class Mails {
  readonly #opened = new Map<string, Opened>();
  readonly #pages = new Map<string, Html>();
  /** Addresses of the remote images of pages that were given with them. */
  readonly #images = new Map<string, string[]>();
  readonly #pool: SessionPool;
  readonly #fetchImage: ImageSource;

  constructor(pool: SessionPool, images: ImageSource = fetchImage) {
    this.#pool = pool;
    this.#fetchImage = images;
  }

  open(filled: Filled, ref: MessageRef): Promise<MessageOpened> {
    return this.#pool.use(filled, async ({ mailbox }) => {
      const message = await mailbox.read(ref);
      const mail = remember(this.#opened, { filled, ref });
      const { html, cc, text = '', headers, attachments, invite } = message;
      const page = html === undefined ? undefined : remember(this.#pages, { html, inline: await inlineOf(message), shown: false });
      return {
        ...shownMessage(message),
        cc,
        headers: [...headers].flatMap(([name, values]) => values.map((value) => [name, value] as const)),
        text,
        ...(page !== undefined && { html: `/mail/${page}` }),
        attachments: attachments.map(({ filename, contentType, size }, index) => ({
          index,
          filename,
          contentType,
          ...(size !== undefined && { size }),
          url: `attachments/${mail}/${String(index)}`,
        })),
        ...(invite && { invite: JSON.parse(JSON.stringify(invite)) as Fields }),
      };
    });
  }

  /** One attachment as a download: never shown, its type never guessed. */
  async attachment(mail: string, index: number): Promise<Reply> {
    const opened = this.#opened.get(mail);
    if (!opened) throw gone();
    return this.#pool.use(opened.filled, async ({ mailbox }) => {
      const found = (await mailbox.read(opened.ref)).attachments[index];
      if (!found) throw refusal('index', say`the mail has no such attachment`, say`Open the mail again.`);
      const name = encodeURIComponent(safeName(found.filename)).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
      const headers = { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename*=UTF-8''${name}` };
      return new Reply(200, headers, await buffer(await found.open()));
    });
  }

  /** The page of a mail, once; asked for again with images, once more. */
  async page(id: string, withImages: boolean): Promise<Reply> {
    const found = this.#pages.get(id);
    if (!found || (found.shown && !withImages)) return new Reply(404, {});
    found.shown = true;
    if (withImages) this.#pages.delete(id);
    const next = withImages ? remember(this.#images, []) : undefined;
    const { text, images } = await mailPage(found.html, found.inline, next === undefined ? undefined : `/mail-image/${next}/`);
    if (next !== undefined) this.#images.get(next)?.push(...images);
    return new Reply(200, pageHeaders(withImages), text);
  }

  /** A remote image of a page that was given with images: fetched by us, so that the sender does not see whose browser it is. */
  async image(page: string, index: number, signal: AbortSignal): Promise<Reply> {
    const address = this.#images.get(page)?.[index];
    const image = address === undefined ? undefined : await this.#fetchImage(address, signal).catch(() => undefined);
    if (!image) return new Reply(404, { 'cross-origin-resource-policy': 'cross-origin' });
    return new Reply(200, { 'content-type': image.type, 'cross-origin-resource-policy': 'cross-origin' }, image.bytes);
  }
}

const gone = () => refusal('mail', say`this mail was opened too long ago`, say`Open the mail again.`);

/** A sandboxed page of its own: no script, no form, nothing from elsewhere. */
const pageHeaders = (withImages: boolean) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:${withImages ? " 'self'" : ''}; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`,
});

function remember<T>(map: Map<string, T>, value: T): string {
  const id = randomBytes(18).toString('base64url');
  map.set(id, value);
  const [oldest = ''] = map.keys();
  if (map.size > MOST) map.delete(oldest);
  return id;
}

/** Pictures that came with the mail, by content id, as data addresses. */
async function inlineOf({ attachments }: Message): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let total = 0;
  for (const attachment of attachments) {
    const { contentId, contentType, size = 0 } = attachment;
    if (contentId === undefined || !/^image\/(png|jpeg|gif|webp)$/.test(contentType) || total + size > LARGEST_INLINE) continue;
    const bytes = await buffer(await attachment.open());
    total += bytes.length;
    if (total <= LARGEST_INLINE) found.set(contentId.replace(/^<|>$/g, ''), `data:${contentType};base64,${bytes.toString('base64')}`);
  }
  return found;
}
