/** What a server is asked to look for (the Restriction of FindItem), as data. Times are ISO 8601 in UTC. */
export type Restriction =
  | { readonly op: 'and' | 'or'; readonly of: readonly Restriction[] }
  | { readonly op: 'not'; readonly of: Restriction }
  | { readonly op: 'contains'; readonly field: 'Subject' | 'InternetMessageId'; readonly value: string }
  | { readonly op: 'equals'; readonly field: 'IsRead' | 'HasAttachments'; readonly value: boolean }
  | { readonly op: 'equals'; readonly field: 'flagStatus' | 'lastVerb'; readonly value: number }
  | { readonly op: 'equals'; readonly field: 'InternetMessageId'; readonly value: string }
  | { readonly op: 'from' | 'before'; readonly field: 'DateTimeReceived'; readonly value: string };
