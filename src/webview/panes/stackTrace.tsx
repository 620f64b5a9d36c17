import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { stackLines } from '../detail/stackFrames';
import { clipText, displayBlock } from '../layout/displayText';
import type { Commands } from '../view/commands';

const FOLDED_LINES = 12;
const LONGEST_LINE = 1000;

/** A stack trace whose frames open the code. */
export function StackTrace({ stack, commands }: { readonly stack: string; readonly commands: Commands }): JSX.Element {
  const lines = useMemo(() => stackLines(stack), [stack]);
  const [open, setOpen] = useState(false);
  const shown = open ? lines : lines.slice(0, FOLDED_LINES);
  return (
    <div class="stack">
      {shown.map((line, i) => (
        <div key={i} class="stack-line">
          {displayBlock(clipText(line.before, LONGEST_LINE))}
          {line.frame !== undefined && (
            <button
              type="button"
              class="link"
              title="Open in the workspace"
              onClick={() => commands.openFrame(line.frame!.file, line.frame!.line)}
            >
              {displayBlock(line.place)}
            </button>
          )}
          {displayBlock(clipText(line.after, LONGEST_LINE))}
        </div>
      ))}
      <div class="stack-actions">
        {lines.length > FOLDED_LINES && (
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Show less' : `Show all ${lines.length} lines`}
          </button>
        )}
        <button type="button" class="link" onClick={() => commands.copy(stack, 'the stack trace')}>
          Copy
        </button>
      </div>
    </div>
  );
}
