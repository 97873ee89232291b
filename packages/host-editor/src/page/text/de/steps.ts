import type { steps as en } from '../en/steps.ts';
import type { Translated } from '../translated.ts';

export const steps: Translated<typeof en> = {
  'form.empty': 'Kein Schritt gewählt',
  'form.emptyHint': 'Wählen Sie einen Schritt, um zu sehen und zu ändern, was er tut.',
  'palette.title': 'Aktionen',
  'steps.title': 'Schritte',
  'form.title': 'Einstellungen des Schritts',
};
