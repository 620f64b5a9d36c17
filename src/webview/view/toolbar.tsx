import type { JSX } from 'preact';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { IconButton } from './icons';
import { SearchBox } from './searchBox';
import { useChanges } from './useChanges';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
}

/** The filter box with its counter, and the switches of the waterfall. */
export function Toolbar({ session, commands }: Props): JSX.Element {
  useChanges(session.onDidChange, ['search', 'options', 'selection']);
  return (
    <div class="toolbar" role="toolbar" aria-label="Trace">
      <SearchBox session={session} commands={commands} />
      <IconButton
        icon="filter"
        label="Hide what does not match"
        pressed={session.filterOnly}
        onClick={() => commands.toggleFilterOnly()}
      />
      <div class="actions">
        <button
          type="button"
          class="toggle"
          aria-label="Critical path"
          aria-pressed={session.criticalPath}
          title="The chain of spans that the trace had to wait for (c)"
          onClick={() => commands.toggleCriticalPath()}
        >
          <i class="path-mark" /> <span class="words">Critical path</span>
        </button>
        <IconButton
          icon="expand"
          label="Expand all ( ] )"
          onClick={() => session.fold((folding) => folding.expandAll())}
        />
        <IconButton
          icon="collapse"
          label="Collapse all ( [ )"
          onClick={() => session.fold((folding) => folding.collapseAll())}
        />
        <IconButton icon="fit" label="Show the whole trace (0)" onClick={() => session.showAll()} />
        <IconButton icon="help" label="Keys (?)" onClick={() => commands.toggleHelp()} />
      </div>
    </div>
  );
}
