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
  // A dialog keeps the keyboard while it is open, and its one button is all there is to reach.
  const stay = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return;
    event.preventDefault();
    dialog.current?.querySelector('button')?.focus();
  };
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
        onKeyDown={stay}
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
                        <kbd key={key}>{onThisKeyboard(key)}</kbd>
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
                  <dt>{onThisKeyboard(gesture)}</dt>
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

/** The keys that Cmd stands in for on a Mac are called so there. */
function onThisKeyboard(keys: string): string {
  return /^mac/i.test(navigator.platform) ? keys.replace('Ctrl', 'Cmd').replace('Alt', 'Option') : keys;
}
