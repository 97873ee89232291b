// The yardstick for Exchange and Graph: pages of a thousand over one connection, whose bytes are only counted.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { report } from './report.js';
import { FIELDS } from './graph-fields.js';

const { url, ca, user, password, token } = JSON.parse(readFileSync(0, 'utf8'));
const agent = new Agent({ keepAlive: true, ca: readFileSync(ca) });
const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The end of the answer, where what comes next stands. */
function ask(address, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, agent, headers }, (answer) => {
      let [head, tail] = ['', ''];
      answer.setEncoding('latin1');
      answer.on('data', (chunk) => {
        if (head.length < 2000) head += chunk;
        tail = (tail + chunk).slice(-4000);
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(head + tail) : reject(new Error(`${answer.statusCode} ${head}`))));
    });
    asked.once('error', reject).end(body);
  });
}

const soap = (body) => `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
<s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const post = (body) => {
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic, 'content-length': Buffer.byteLength(body) };
  return ask(url.ews, { method: 'POST', headers, body });
};
const page = (offset, shape) =>
  post(
    soap(`<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>${shape}</t:BaseShape></m:ItemShape><m:IndexedPageItemView
 MaxEntriesReturned="1000" Offset="${offset}" BasePoint="Beginning"/><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`),
  );

const told = report();
const TASKS = {
  async ews() {
    for (let offset = 0; ;) {
      const said = await page(offset, 'AllProperties');
      told.first();
      if (!said.includes('IncludesLastItemInRange="false"')) return;
      offset = Number(/IndexedPagingOffset="(\d+)"/.exec(said)?.[1]);
    }
  },
  async 'ews-attachment'() {
    const [, id = ''] = /ItemId Id="([^"]+)"/.exec(await page(0, 'IdOnly')) ?? [];
    await post(
      soap(`<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>
<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`),
    );
  },
  async graph() {
    const headers = { authorization: `Bearer ${token}`, prefer: 'IdType="ImmutableId"' };
    let address = `${url.graph}/me/mailFolders/inbox/messages?$top=1000&$select=${FIELDS}`;
    while (address !== undefined) {
      const said = await ask(address, { headers });
      told.first();
      address = /"@odata\.nextLink":"([^"]+)"/.exec(said)?.[1];
    }
  },
};
await TASKS[process.argv[2]]();
told.end();
agent.destroy();
