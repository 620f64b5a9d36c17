import type { JSX } from 'preact';

/** Something that can be done where there is nothing to show. */
export interface WayOut {
  readonly label: string;
  readonly run: () => void;
}

/** A button for each way out; the first stands out. */
export function Cures({ ways }: { readonly ways: readonly WayOut[] }): JSX.Element | null {
  if (ways.length === 0) return null;
  return (
    <div class="cures">
      {ways.map(({ label, run }, i) => (
        <button key={label} type="button" class={i === 0 ? 'cure primary' : 'cure'} onClick={run}>
          {label}
        </button>
      ))}
    </div>
  );
}
