import { Menu, MenuItem, MenuSection, Popover } from 'react-aria-components';
import { findStep } from '../automation/content.ts';
import { editor } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { startRun, toggleBreakpoint } from '../run/run-store.ts';
import { useText, type TextKey } from '../text/text.ts';
import { Icon, type IconName } from '../ui/index.ts';
import {
  copyStep,
  duplicate,
  isBlock,
  moveTowards,
  pasteFromClipboard,
  placeTowards,
  removeStep,
  toggleOff,
  type Direction,
} from './actions.ts';
import { closeMenu, focusRow, isCollapsed, setCollapsed, useMenu } from './focus.ts';

interface Entry {
  readonly key: TextKey;
  readonly icon: IconName;
  readonly shortcut?: string;
  readonly act: () => void;
  readonly disabled?: boolean;
}
/** Everything that can be done to a step, for pointer and keyboard alike. */
export function StepMenu() {
  const t = useText();
  const boot = useBoot();
  const menu = useMenu();
  const steps = editor.get()?.history?.now.content.steps ?? [];
  const step = menu && findStep(steps, menu.id)?.step;
  if (!menu || !step) return null;
  const { id } = step;
  const move = (direction: Direction, key: TextKey, icon: IconName, shortcut: string): Entry => ({
    key,
    icon,
    shortcut,
    act: () => moveTowards(id, direction, boot),
    disabled: !placeTowards(steps, id, direction),
  });
  const groups: readonly (readonly Entry[])[] = [
    [
      { key: 'steps.runOnly', icon: 'step', act: () => void startRun({ only: id }) },
      { key: 'steps.runFrom', icon: 'play', act: () => void startRun({ from: id }) },
      { key: 'steps.breakpoint', icon: 'point', shortcut: 'F9', act: () => toggleBreakpoint(id) },
    ],
    [
      { key: step['off'] === true ? 'steps.enable' : 'steps.disable', icon: 'off', act: () => toggleOff(id) },
      { key: 'steps.duplicate', icon: 'duplicate', shortcut: 'Ctrl+D', act: () => duplicate(id, boot) },
      { key: 'steps.copy', icon: 'copy', shortcut: 'Ctrl+C', act: () => void copyStep(id) },
      { key: 'steps.cut', icon: 'cut', shortcut: 'Ctrl+X', act: () => void copyStep(id).then(() => removeStep(id, boot)) },
      { key: 'steps.paste', icon: 'paste', shortcut: 'Ctrl+V', act: () => void pasteFromClipboard(boot, id) },
    ],
    [
      move('up', 'steps.up', 'up', 'Alt+↑'),
      move('down', 'steps.down', 'down', 'Alt+↓'),
      move('in', 'steps.in', 'expand', 'Alt+→'),
      move('out', 'steps.out', 'undo', 'Alt+←'),
    ],
    [
      ...(isBlock(step)
        ? [
            {
              key: isCollapsed(id) ? 'steps.expand' : 'steps.collapse',
              icon: 'collapse',
              act: () => setCollapsed(id, !isCollapsed(id)),
            } as const,
          ]
        : []),
      { key: 'common.delete', icon: 'trash', shortcut: 'Del', act: () => removeStep(id, boot) },
    ],
  ];
  const close = (): void => {
    closeMenu();
    focusRow(id);
  };
  return (
    <Popover
      className="popover"
      triggerRef={{ current: menu.anchor }}
      isOpen
      onOpenChange={(open) => !open && close()}
      placement="bottom end"
    >
      <Menu className="menu" aria-label={t('steps.menuOf')} autoFocus="first" onClose={close}>
        {groups.map((entries, at) => (
          <MenuSection key={at} aria-label={t('steps.menuOf')} className={at > 0 ? 'menu-section menu-section-more' : 'menu-section'}>
            {entries.map(({ key, icon, shortcut, act, disabled = false }) => (
              <MenuItem key={key} id={key} textValue={t(key)} className="menu-item" isDisabled={disabled} onAction={act}>
                <Icon name={icon} />
                <span className="menu-item-text">{t(key)}</span>
                {shortcut !== undefined && <kbd>{shortcut}</kbd>}
              </MenuItem>
            ))}
          </MenuSection>
        ))}
      </Menu>
    </Popover>
  );
}
