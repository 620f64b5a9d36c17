import type { JSX } from 'preact';

const PATHS = {
  up: 'M3.5 10 8 5.5 12.5 10',
  down: 'M3.5 6 8 10.5 12.5 6',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3 1.5v-5.5z',
  hide: 'M2 8c2-3 4-4 6-4s4 1 6 4c-2 3-4 4-6 4s-4-1-6-4zM3 13 13 3',
  collapse: 'M4 3.5 8 6.5l4-3M4 12.5 8 9.5l4 3M2.5 8h11',
  expand: 'M4 5.5 8 2.5l4 3M4 10.5l4 3 4-3M2.5 8h11',
  fit: 'M2.5 3v10M13.5 3v10M5 8h6M5 8l2-2M5 8l2 2M11 8 9 6M11 8l-2 2',
  path: 'M2 12h4V8h4V4h4',
  help: 'M6 6.2a2 2 0 1 1 2.8 1.8C8.2 8.4 8 8.8 8 9.6M8 11.6v.6M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8z',
  code: 'M5 4.5 1.8 8 5 11.5M11 4.5 14.2 8 11 11.5M9.4 3.5l-2.8 9',
  bottom: 'M2.5 2.5h11v11h-11zM2.5 9.5h11',
  right: 'M2.5 2.5h11v11h-11zM9.5 2.5v11',
  error: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8v4M8 10.6v.8',
  run: 'M5 3.2v9.6L12.6 8z',
  stop: 'M4 4h8v8H4z',
  info: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 7v4.2M8 4.6v.8',
} as const;

export type IconName = keyof typeof PATHS;

/** A 16 px line drawing in the colour of the text. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.2" />
    </svg>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** Name and tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

/** A button with an icon and, as tooltip and name, what it does. */
export function IconButton({ icon, label, onClick, pressed, disabled }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      disabled={disabled === true}
      onClick={onClick}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    >
      <Icon name={icon} />
    </button>
  );
}
