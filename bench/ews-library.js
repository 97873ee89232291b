import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BasePropertySet,
  ExchangeService,
  ExchangeVersion,
  ItemSchema,
  ItemView,
  PropertySet,
  Uri,
  WebCredentials,
  WellKnownFolderName,
} from 'ews-javascript-api';
import { report } from './report.js';

const { url, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
service.Url = new Uri(url.ews);
service.Credentials = new WebCredentials(user, password);
const told = report();
const TASKS = {
  async headers() {
    for (let offset = 0; ;) {
      const view = new ItemView(1000, offset);
      view.PropertySet = new PropertySet(BasePropertySet.FirstClassProperties);
      const found = await service.FindItems(WellKnownFolderName.Inbox, view);
      told.first();
      if (!found.MoreAvailable) return;
      offset = found.NextPageOffset;
    }
  },
  async attachment() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const [item] = (await service.FindItems(WellKnownFolderName.Inbox, new ItemView(1))).Items;
    await item.Load(new PropertySet(BasePropertySet.IdOnly, [ItemSchema.Attachments]));
    for (const file of item.Attachments.Items) {
      await file.Load();
      writeFileSync(join(folder, 'file'), Buffer.from(file.Base64Content, 'base64'));
    }
    rmSync(folder, { recursive: true });
  },
};
await TASKS[process.argv[2]]();
told.end();
process.exit(0);
