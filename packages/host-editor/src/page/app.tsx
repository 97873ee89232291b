import { useEffect, useState } from 'react';
import type { Boot } from '../api.ts';
import { call } from './client.ts';

export function App() {
  const [boot, setBoot] = useState<Boot>();
  useEffect(() => void call<Boot>('GET', 'boot').then(setBoot, () => undefined), []);
  return <main>{boot ? `${boot.folder}: ${boot.definitions.length} actions` : null}</main>;
}
