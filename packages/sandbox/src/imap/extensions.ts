import type { Literals } from './line-reader.ts';

/** Which extensions the server offers; all unless switched off. */
export interface Extensions {
  /** RFC 6851. */
  readonly move?: boolean;
  /** RFC 4315. */
  readonly uidplus?: boolean;
  /** RFC 6154. */
  readonly specialUse?: boolean;
  /** RFC 2177. */
  readonly idle?: boolean;
  /** RFC 4731. */
  readonly esearch?: boolean;
  /** RFC 2342. */
  readonly namespace?: boolean;
  /** RFC 3691. */
  readonly unselect?: boolean;
  /** RFC 5258 and RFC 5819: LIST with options, LIST-STATUS. */
  readonly listExtended?: boolean;
  /** RFC 4959. */
  readonly saslIr?: boolean;
  /** RFC 7888; `+` unless said otherwise. */
  readonly literals?: Literals;
}

const WORDS: Readonly<Record<Exclude<keyof Extensions, 'literals'>, string>> = {
  move: 'MOVE',
  uidplus: 'UIDPLUS',
  specialUse: 'SPECIAL-USE',
  idle: 'IDLE',
  esearch: 'ESEARCH',
  namespace: 'NAMESPACE',
  unselect: 'UNSELECT',
  listExtended: 'LIST-EXTENDED LIST-STATUS',
  saslIr: 'SASL-IR',
};

export function offers(extensions: Extensions, name: keyof typeof WORDS): boolean {
  return extensions[name] ?? true;
}

/** The extensions' words in CAPABILITY. */
export function offered(extensions: Extensions): string[] {
  const { literals = '+' } = extensions;
  const names = Object.keys(WORDS) as (keyof typeof WORDS)[];
  return [
    'CHILDREN ID ENABLE',
    ...(literals === 'none' ? [] : [`LITERAL${literals}`]),
    ...names.filter((name) => offers(extensions, name)).map((name) => WORDS[name]),
  ];
}
