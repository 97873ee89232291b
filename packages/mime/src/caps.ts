/** Caps on what a stranger's mail may make us hold or do; what is beyond becomes a defect, and stays in the raw bytes. */
export const CAPS = {
  /** Bytes of the header block, and of one header (RFC 5322 sets no limit). */
  headerBlock: 1024 * 1024,
  header: 100 * 1024,
  /** Addresses in one header; characters of an address or a name. */
  addresses: 5000,
  address: 1000,
  attachments: 500,
  /** Levels of parts within parts, and outer parts whose boundary is still looked for. */
  levels: 50,
  /** Bytes of all texts together, as transferred: a little more than `body` needs as base64. */
  texts: 14 * 1024 * 1024,
  /** Characters of a body. */
  body: 10 * 1024 * 1024,
  /** Bytes of a calendar part that are held. */
  calendar: 1024 * 1024,
} as const;
