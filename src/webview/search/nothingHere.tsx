import type { JSX } from 'preact';
import type { SearchCure } from '../../protocol/searchView';
import { Cures, type WayOut } from '../view/cures';

interface Props {
  readonly title: string;
  readonly text?: string | undefined;
  /** More sentences, one a line. */
  readonly reasons?: readonly string[];
  readonly ways?: readonly WayOut[];
  readonly isProblem?: boolean;
  readonly children?: JSX.Element | false | undefined;
}

const LABELS: Readonly<Record<SearchCure, string>> = {
  copyExporterEnvironment: 'Copy Exporter Environment',
  startReceiver: 'Start Receiver',
  showOutput: 'Show Output',
  retryBackend: 'Try Again',
  chooseBackend: 'Choose Backend',
  addBackend: 'Add Backend…',
  openSettings: 'Open Settings',
  readAgain: 'Try Again',
  openAsText: 'Open as Text',
};

/** Buttons for what the host can do. */
export function curesAsWays(cures: readonly SearchCure[], run: (cure: SearchCure) => void): WayOut[] {
  return cures.map((cure) => ({ label: LABELS[cure] ?? cure, run: () => run(cure) }));
}

/** In place of a list: why there is none, and what to do. */
export function NothingHere({ title, text, reasons = [], ways = [], isProblem, children }: Props): JSX.Element {
  return (
    <div class="nothing" role={isProblem === true ? 'alert' : undefined}>
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      <Cures ways={ways} />
      {children}
    </div>
  );
}
