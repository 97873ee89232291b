export { dialer, type ChooseProxy } from './dial.ts';
export { environmentProxy, type Traffic } from './environment.ts';
export { httpsClient } from './https.ts';
export { proxyFrom, type Proxy } from './proxy.ts';
export { PortWatch } from './port-watch.ts';
export { speechOf, type Speech } from './speech.ts';
export { trust } from './trust.ts';
