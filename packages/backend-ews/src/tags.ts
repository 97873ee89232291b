/** MAPI properties that EWS has no element for in all its versions (MS-OXPROPS). */
export const TAGS = {
  /** PidTagInternetArticleNumber: grows with every message that comes into a folder. */
  number: { tag: 0x0e23, type: 'Integer' },
  /** PidTagTransportMessageHeaders: the header block as it was received. */
  header: { tag: 0x007d, type: 'String' },
  /** PidTagFlagStatus: 2 is flagged. */
  flagStatus: { tag: 0x1090, type: 'Integer' },
  /** PidTagLastVerbExecuted: 102 and 103 are replies. */
  lastVerb: { tag: 0x1081, type: 'Integer' },
  /** PidTagMessageFlags: 1 is read, 8 is a draft. */
  messageFlags: { tag: 0x0e07, type: 'Integer' },
} as const;
export type Tag = keyof typeof TAGS;

export const FLAGGED = 2;
export const REPLIED: readonly number[] = [102, 103];
