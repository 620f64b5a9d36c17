import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Commands } from './commands';
import { IconButton } from './icons';
import { KEY_BINDINGS } from './keyBindings';

const SECTIONS = ['Move', 'Find', 'Zoom', 'Show', 'Go'] as const;

const MOUSE: readonly (readonly [string, string])[] = [
  ['Drag on the ruler or the small map', 'Zoom to a stretch of time'],
  ['Ctrl+wheel', 'Zoom at the pointer'],
  ['Shift+wheel, or drag the bars', 'Earlier and later'],
  ['Double click', 'Fit the span'],
  ['Ctrl+click', 'Go to source'],
];

/** The list of keys and gestures. */
export function HelpDialog({ commands }: { readonly commands: Commands }): JSX.Element {
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => dialog.current?.focus(), []);
  return (
    <div class="veil" onClick={() => commands.toggleHelp(false)}>
      <div
        ref={dialog}
        class="help"
        role="dialog"
        aria-modal="true"
        aria-label="Keys"
        tabIndex={-1}
        onClick={(event) => event.stopPropagation()}
      >
        <div class="help-head">
          <h2>Keys</h2>
          <IconButton icon="close" label="Close (Esc)" onClick={() => commands.toggleHelp(false)} />
        </div>
        <div class="help-sections">
          {SECTIONS.map((section) => (
            <section key={section}>
              <h3>{section}</h3>
              <dl>
                {KEY_BINDINGS.filter((binding) => binding.section === section).map((binding) => (
                  <div key={binding.words}>
                    <dt>
                      {binding.shown.map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{binding.words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <section>
            <h3>Mouse</h3>
            <dl class="mouse">
              {MOUSE.map(([gesture, words]) => (
                <div key={gesture}>
                  <dt>{gesture}</dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </div>
    </div>
  );
}
