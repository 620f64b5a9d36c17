import type { JSX } from 'preact';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly busy?: boolean;
}

/** Fills the page while there is no trace to show: what is going on, and what to do. */
export function Placeholder({ title, text, busy }: Props): JSX.Element {
  return (
    <div class="placeholder" role={busy === true ? 'status' : 'alert'} aria-busy={busy === true}>
      {busy === true && <div class="progress" />}
      <h1>{title}</h1>
      <p>{text}</p>
    </div>
  );
}
