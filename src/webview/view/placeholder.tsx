import type { JSX } from 'preact';
import type { FailureCure } from '../../protocol/webview';
import { Cures } from './cures';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly busy?: boolean;
  readonly cures?: readonly FailureCure[];
  readonly onCure?: (cure: FailureCure) => void;
}

const LABELS: Readonly<Record<FailureCure, string>> = {
  searchTraces: 'Choose Another Trace',
  openTraceById: 'Open Trace by Id…',
  tryAgain: 'Try Again',
  showOutput: 'Show Output',
};

/** Fills the page while there is no trace to show: what is going on, and what to do. */
export function Placeholder({ title, text, busy, cures = [], onCure }: Props): JSX.Element {
  return (
    <div class="placeholder" role={busy === true ? 'status' : 'alert'} aria-busy={busy === true}>
      {busy === true && <div class="progress" />}
      <h1>{title}</h1>
      <p>{text}</p>
      <Cures ways={cures.map((cure) => ({ label: LABELS[cure] ?? cure, run: () => onCure?.(cure) }))} />
    </div>
  );
}
