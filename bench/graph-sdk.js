import { readFileSync } from 'node:fs';
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { Agent } from 'undici';
import { FIELDS } from './graph-fields.js';
import { report } from './report.js';

const { url, ca, token } = JSON.parse(readFileSync(0, 'utf8'));
const { origin, hostname } = new URL(url.graph);
const dispatcher = new Agent({ connect: { ca: readFileSync(ca) } });
const client = Client.init({
  baseUrl: origin,
  defaultVersion: 'v1.0',
  customHosts: new Set([hostname]),
  // By itself it sends no token to a machine's own address.
  authProvider: (done) => done(null, token),
  fetchOptions: { dispatcher },
});
const told = report();
const first = await client.api('/me/mailFolders/inbox/messages').top(1000).select(FIELDS).get();
await new PageIterator(client, first, () => (told.first(), true)).iterate();
told.end();
await dispatcher.close();
