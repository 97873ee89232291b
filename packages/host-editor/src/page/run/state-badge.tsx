import type { RunState } from '../../api.ts';
import { useText } from '../text/text.ts';
import { Badge, type IconName } from '../ui/index.ts';

const LOOKS = {
  running: ['accent', 'spinner'],
  paused: ['accent', 'pause'],
  stopping: ['warn', 'spinner'],
  done: ['good', 'done'],
  failed: ['bad', 'error'],
  stopped: ['neutral', 'stop'],
  interrupted: ['warn', 'power'],
} as const satisfies Readonly<Record<RunState, readonly [string, IconName]>>;

/** The state of a run, in word, picture and color. */
export function StateBadge({ state }: { readonly state: RunState }) {
  const t = useText();
  const [tone, icon] = LOOKS[state];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`run.state.${state}`)}
    </Badge>
  );
}
