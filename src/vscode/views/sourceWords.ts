/** What the status item says of a backend: pure. */
import type { SourceStatus } from '../../protocol/backends';
import type { ContextTypes } from '../contributions';
import { escapeMarkdown, markdownWithLinks } from '../hints/markdown';
import { budgetWords, trafficWords } from '../backends/backendItems';

const LONGEST_NAME = 30;

/** The words of the status bar about the source in use; undefined where it is this editor itself, and all is well. */
export function sourceWords({ kind, name, state, brief }: SourceStatus): string | undefined {
  if (kind === 'embedded') return state === 'failed' ? `$(warning) ${brief ?? 'no such backend'}` : undefined;
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  if (state === 'failed') return `$(warning) ${short}: ${brief ?? 'failed'}`;
  return state === 'ready' ? `$(cloud) ${short}` : `$(loading~spin) ${short}`;
}

/** The lines of the tooltip about the source in use, as Markdown; none where it is this editor itself, and all is well. */
export function sourceLines(source: SourceStatus, link: (words: string, command: SourceCommand) => string): string[] {
  const { kind, name, label, url, state, problem, requests, bytesReceived } = source;
  const choose = link('Choose Backend', 'spanlight.chooseBackend');
  if (kind === 'embedded') {
    return state === 'failed' ? [`$(warning) ${escapeMarkdown(problem ?? '')}`, choose] : [];
  }
  const at = url === undefined ? '' : ` at \`${url}\``;
  const head = `Shown is what **${escapeMarkdown(name)}** has (${escapeMarkdown(label ?? kind)}${at})`;
  const asked = `${trafficWords(requests, bytesReceived)} so far`;
  const traffic = [asked, ...budgetWords(source, Date.now())].join(' · ');
  if (state === 'failed') {
    const again = link('Try Again', 'spanlight.retryBackend');
    return [head, `$(warning) ${markdownWithLinks(problem ?? 'It does not answer.')}`, `${again} · ${choose}`, traffic];
  }
  const now = state === 'ready' ? traffic : 'It has not answered yet';
  return [head, exactnessWords(source), now, choose];
}

/** Commands that links of {@link sourceLines} run. */
export type SourceCommand = 'spanlight.chooseBackend' | 'spanlight.retryBackend';

/** What welcome texts of views depend on. */
export function sourceContext(source: SourceStatus | undefined): ContextTypes['spanlight.source'] {
  if (source === undefined || source.kind === 'embedded') return 'embedded';
  return source.state === 'failed' ? 'backendFailed' : 'backend';
}

function exactnessWords({ operations, reasons }: SourceStatus): string {
  const why = reasons.map((reason) => escapeMarkdown(reason)).join(' ');
  const words = {
    // A reason says what is estimated nevertheless: percentiles, most often.
    exact: why === '' ? 'Its numbers are exact.' : 'Its counts are exact.',
    sampled: 'Its numbers are estimated from samples, marked with ≈.',
    missing: 'It gives no numbers for functions.',
  }[operations];
  return why === '' ? words : `${words} ${why}`;
}
