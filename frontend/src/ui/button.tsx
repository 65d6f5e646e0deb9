import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps {
  children?: ComponentChildren;
  icon?: IconName;
  /** What a reader says, where the words on the button are not enough. */
  label?: string | undefined;
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  big?: boolean;
  submit?: boolean;
  pressed?: boolean | undefined;
  expanded?: boolean | undefined;
  disabled?: boolean;
  onClick?: (() => void) | undefined;
}

export function Button(props: ButtonProps) {
  const { children, icon, label, look = 'plain', big, submit, pressed, expanded, disabled, onClick } = props;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${look}${big ? ' big' : ''}${children ? '' : ' square'}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
