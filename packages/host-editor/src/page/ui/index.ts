// The ui kit: behavior from react-aria-components, the look from style/tokens.css.
export { announce, Announcements, toast } from './announce.tsx';
export { Badge, Empty, Notice } from './badge.tsx';
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './button.tsx';
export { ComboBox, type ComboBoxProps } from './combo-box.tsx';
export { Dialog, type DialogProps } from './dialog.tsx';
export { Icon, isIcon, type IconName } from './icon.tsx';
export { Menu, type MenuEntry, type MenuProps } from './menu.tsx';
export { Select, type Option, type SelectProps } from './select.tsx';
export { Splitter } from './splitter.tsx';
export { Switch, type SwitchProps } from './switch.tsx';
export { Tabs, type TabShown, type TabsProps } from './tabs.tsx';
export { SearchField, TextField, type TextFieldProps } from './text-field.tsx';
export { Tooltip } from './tooltip.tsx';
