import type { steps as en } from '../en/steps.ts';
import type { Translated } from '../translated.ts';

export const steps: Translated<typeof en> = {
  'form.empty': 'Nenhum passo selecionado',
  'form.emptyHint': 'Selecione um passo para ver e alterar o que ele faz.',
  'palette.title': 'Ações',
  'steps.title': 'Passos',
  'form.title': 'Configurações do passo',
};
