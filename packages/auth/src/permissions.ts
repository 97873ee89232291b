import type { Need } from '@mailwright/core';

/** What a permission lets its holder do with mail. */
type Ability = 'read' | 'change' | 'send';
interface Permission {
  readonly name: string;
  readonly gives: readonly Ability[];
  /** Given to an application by itself, not to one that acts for a person. */
  readonly application?: true;
  /** Of every mailbox there is, unless something outside of the token narrows it. */
  readonly everyMailbox?: true;
}
type Identity = 'microsoft' | 'google';

const ALL: readonly Ability[] = ['read', 'change', 'send'];
const MAILBOX: readonly Ability[] = ['read', 'change'];
const GMAIL: readonly Permission[] = [{ name: 'https://mail.google.com/', gives: ALL }];
const ofApplications = (permissions: readonly Permission[]): readonly Permission[] =>
  permissions.map((one) => ({ ...one, application: true, everyMailbox: true }));
const GRAPH: readonly Permission[] = [
  { name: 'Mail.Read', gives: ['read'] },
  { name: 'Mail.ReadWrite', gives: MAILBOX },
  { name: 'Mail.Send', gives: ['send'] },
];
const GRAPH_SHARED: readonly Permission[] = GRAPH.map((one) => ({ ...one, name: `${one.name}.Shared` }));

/**
 * The permissions that open each kind of server, the least first (learn.microsoft.com: permissions reference, OAuth with IMAP, POP
 * and SMTP; developers.google.com: Gmail XOAUTH2). A server that comes later is a row.
 */
const PERMISSIONS: Readonly<Record<Identity, Readonly<Record<string, readonly Permission[]>>>> = {
  microsoft: {
    imap: [
      { name: 'IMAP.AccessAsUser.All', gives: MAILBOX },
      { name: 'IMAP.AccessAsApp', gives: MAILBOX, application: true },
    ],
    pop3: [
      { name: 'POP.AccessAsUser.All', gives: MAILBOX },
      { name: 'POP.AccessAsApp', gives: MAILBOX, application: true },
    ],
    smtp: [
      { name: 'SMTP.Send', gives: ['send'] },
      { name: 'SMTP.SendAsApp', gives: ['send'], application: true },
    ],
    ews: [
      { name: 'EWS.AccessAsUser.All', gives: ALL },
      { name: 'full_access_as_app', gives: ALL, application: true, everyMailbox: true },
    ],
    graph: [...GRAPH, ...GRAPH_SHARED, ...ofApplications(GRAPH)],
  },
  google: { imap: GMAIL, pop3: GMAIL, smtp: GMAIL },
};
/** Of who somebody is, not of mail, or a name for whatever was agreed: nothing follows from them. */
const HARMLESS =
  /^(openid|profile|email|offline_access|\.default|User\.Read|https:\/\/www\.googleapis\.com\/auth\/userinfo\.(email|profile))$/;

const ABILITIES: Readonly<Record<Need, Ability>> = {
  search: 'read',
  read: 'read',
  listFolders: 'read',
  createFolder: 'change',
  move: 'change',
  copy: 'change',
  mark: 'change',
  label: 'change',
  trash: 'change',
  erase: 'change',
  append: 'change',
  saveDraft: 'change',
  changes: 'read',
  watch: 'read',
  send: 'send',
};

/** What a token says that was granted. */
export interface Granted {
  readonly names: readonly string[];
  /** To the application itself. */
  readonly application: boolean;
}
/** One side of a session: its kind of server, and what its bot does there. */
export interface Use {
  readonly backend: string;
  readonly needs: readonly Need[];
}
export interface PermissionReport {
  /** The least that would do. */
  readonly enough: readonly string[];
  readonly missing: readonly string[];
  /** Granted and of no use to this bot. */
  readonly spare: readonly string[];
  /** Granted for every mailbox of the organization. */
  readonly everyMailbox: readonly string[];
}

/**
 * Compares what a token holds with what a bot needs: `own` is the side that the token is for, `besides` the rest of the session.
 * Undefined where the provider's permissions, or the server's, are not known here.
 */
export function comparePermissions(
  identity: string | undefined,
  granted: Granted,
  own: Use,
  besides: readonly Use[] = [],
): PermissionReport | undefined {
  const table = identity === 'microsoft' || identity === 'google' ? PERMISSIONS[identity] : undefined;
  const names = granted.names.map(bare).filter((name) => !HARMLESS.test(name));
  if (!table?.[own.backend] || names.length === 0) return undefined;
  const rows = (backend: string) => (table[backend] ?? []).filter(({ application = false }) => application === granted.application);
  const held = (backend: string) => rows(backend).filter(({ name }) => names.includes(name));
  const needed = abilitiesOf(own);
  const given = held(own.backend).flatMap(({ gives }) => gives);
  const enough = [own, ...besides].flatMap((use) => least(rows(use.backend), abilitiesOf(use)));
  const everyMailbox = Object.keys(table).flatMap((backend) =>
    held(backend)
      .filter((one) => one.everyMailbox)
      .map(({ name }) => name),
  );
  return {
    enough: distinct(enough),
    missing: least(
      rows(own.backend),
      needed.filter((ability) => !given.includes(ability)),
    ),
    // A shared mailbox is reached by the same right with an end of its own.
    spare: distinct(names.filter((name) => !enough.includes(name.replace(/\.Shared$/, '')))),
    everyMailbox: distinct(everyMailbox),
  };
}

/** The fewest permissions that give what is wanted, each the least that does. */
function least(rows: readonly Permission[], wanted: readonly Ability[]): readonly string[] {
  if (wanted.length === 0) return [];
  const covers = ({ gives }: Permission) => wanted.filter((ability) => gives.includes(ability)).length;
  const best = Math.max(0, ...rows.map(covers));
  const chosen = rows.find((row) => covers(row) === best);
  if (!chosen || best === 0) return [];
  return [
    chosen.name,
    ...least(
      rows,
      wanted.filter((ability) => !chosen.gives.includes(ability)),
    ),
  ];
}

const abilitiesOf = ({ needs }: Use): readonly Ability[] => distinct(needs.map((need) => ABILITIES[need]));

/** Microsoft's permissions stand behind the resource that they are for, or alone. */
const bare = (name: string) => /^https:\/\/(?!mail\.google\.com\/$|www\.googleapis\.com\/)[^/]+\/([^/]+)$/.exec(name)?.[1] ?? name;

const distinct = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];
