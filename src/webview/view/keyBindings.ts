import type { Commands, FocusPlace } from './commands';
import type { TraceSession } from '../state/traceSession';

/** One line of the list of keys. */
export interface KeyBinding {
  /** As {@link chordOf} writes them. */
  readonly keys: readonly string[];
  /** As the list shows them. */
  readonly shown: readonly string[];
  readonly words: string;
  readonly section: 'Move' | 'Find' | 'Zoom' | 'Show' | 'Go';
  /** Only while the tree has the keyboard; else anywhere but in a field for text. */
  readonly treeOnly?: boolean;
  /** In fields for text as well. */
  readonly inFields?: boolean;
  readonly run: (commands: Commands, session: TraceSession, chord: string, from: FocusPlace) => void;
}

const LEVELS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** All keys, in the order of the list that `?` opens. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  move(['arrowup'], '↑', 'Previous span', (session) => session.selectLine(session.selectedLine - 1)),
  move(['arrowdown'], '↓', 'Next span', (session) => session.selectLine(session.selectedLine + 1)),
  move(['arrowright'], '→', 'Expand, or first child', expandOrEnter),
  move(['arrowleft'], '←', 'Collapse, or parent', collapseOrLeave),
  move(['home'], 'Home', 'First span', (session) => session.selectLine(0)),
  move(['end'], 'End', 'Last span', (session) => session.selectLine(session.rows.count - 1)),
  move(['pageup'], 'Page Up', 'A page up', (session) => session.selectLine(session.selectedLine - session.pageLines)),
  move(['pagedown'], 'Page Down', 'A page down', (session) =>
    session.selectLine(session.selectedLine + session.pageLines),
  ),
  move([' '], 'Space', 'Expand or collapse', (session) => {
    session.setCollapsed(session.selectedLine, session.collapsedAt(session.selectedLine) === false);
  }),
  { keys: ['['], shown: ['['], words: 'Collapse all', section: 'Move', run: (_, s) => s.fold((f) => f.collapseAll()) },
  { keys: [']'], shown: [']'], words: 'Expand all', section: 'Move', run: (_, s) => s.fold((f) => f.expandAll()) },
  {
    keys: LEVELS,
    shown: ['1–9'],
    words: 'Expand to a level',
    section: 'Move',
    run: (_, session, chord) => session.fold((folding) => folding.expandToLevel(Number(chord))),
  },
  {
    keys: ['ctrl+f', '/'],
    shown: ['Ctrl+F', '/'],
    words: 'Search and filter',
    section: 'Find',
    inFields: true,
    run: (commands) => commands.focus('search'),
  },
  { keys: ['f3'], shown: ['F3'], words: 'Next match', section: 'Find', inFields: true, run: (c) => c.nextMatch(1) },
  {
    keys: ['shift+f3'],
    shown: ['Shift+F3'],
    words: 'Previous match',
    section: 'Find',
    inFields: true,
    run: (commands) => commands.nextMatch(-1),
  },
  { keys: ['e'], shown: ['e'], words: 'Next error', section: 'Find', run: (commands) => commands.nextError(1) },
  {
    keys: ['shift+e'],
    shown: ['E'],
    words: 'Previous error',
    section: 'Find',
    run: (commands) => commands.nextError(-1),
  },
  { keys: ['w'], shown: ['w'], words: 'Zoom in', section: 'Zoom', run: (_, session) => session.zoom(0.7) },
  { keys: ['s'], shown: ['s'], words: 'Zoom out', section: 'Zoom', run: (_, session) => session.zoom(1 / 0.7) },
  { keys: ['a'], shown: ['a'], words: 'Earlier', section: 'Zoom', run: (_, session) => session.pan(-0.2) },
  { keys: ['d'], shown: ['d'], words: 'Later', section: 'Zoom', run: (_, session) => session.pan(0.2) },
  {
    keys: ['f'],
    shown: ['f'],
    words: 'Fit the selection',
    section: 'Zoom',
    run: (_, session) => session.fitSelection(),
  },
  { keys: ['0'], shown: ['0'], words: 'Whole trace', section: 'Zoom', run: (_, session) => session.showAll() },
  { keys: ['enter'], shown: ['Enter'], words: 'Details', section: 'Show', treeOnly: true, run: (c) => c.enterDetail() },
  {
    keys: ['c'],
    shown: ['c'],
    words: 'Critical path',
    section: 'Show',
    run: (commands) => commands.toggleCriticalPath(),
  },
  {
    keys: ['escape'],
    shown: ['Esc'],
    words: 'Back',
    section: 'Show',
    inFields: true,
    run: (c, _, _chord, from) => c.back(from),
  },
  {
    keys: ['?', 'shift+?'],
    shown: ['?'],
    words: 'This list',
    section: 'Show',
    run: (commands) => commands.toggleHelp(),
  },
  {
    keys: ['f12'],
    shown: ['F12'],
    words: 'Go to source',
    section: 'Go',
    run: (commands) => commands.openSource(false),
  },
  {
    keys: ['alt+f12'],
    shown: ['Alt+F12'],
    words: 'Peek at source',
    section: 'Go',
    run: (commands) => commands.openSource(true),
  },
  { keys: ['y'], shown: ['y'], words: 'Copy trace id', section: 'Go', run: (commands) => commands.copyTraceId() },
];

/** The key of an event with its modifiers, as in `ctrl+f`; Cmd counts as Ctrl. Letters are lowercase. */
export function chordOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): string {
  const modifiers = [
    event.ctrlKey || event.metaKey ? 'ctrl+' : '',
    event.altKey ? 'alt+' : '',
    event.shiftKey ? 'shift+' : '',
  ];
  return modifiers.join('') + event.key.toLowerCase();
}

/** What a chord does at a place; undefined leaves it to the browser and VS Code. */
export function bindingFor(chord: string, from: FocusPlace): KeyBinding | undefined {
  // `?`, `/` and brackets need Shift or AltGr on many keyboards; what counts is the character.
  const plain = chord.replace(/^(?:ctrl\+alt\+|alt\+)?(?:shift\+)?(?=[?/[\]]$)/, '');
  return KEY_BINDINGS.find((binding) => {
    if (!binding.keys.includes(chord) && !binding.keys.includes(plain)) return false;
    if (from === 'search') return binding.inFields === true && plain !== '/';
    return binding.treeOnly !== true || from === 'tree';
  });
}

function move(keys: readonly string[], shown: string, words: string, run: (session: TraceSession) => void): KeyBinding {
  return { keys, shown: [shown], words, section: 'Move', treeOnly: true, run: (_, session) => run(session) };
}

function expandOrEnter(session: TraceSession): void {
  const line = session.selectedLine;
  if (line < 0) return;
  if (session.collapsedAt(line) === true) session.setCollapsed(line, false);
  else if ((session.rows.level[line + 1] ?? 0) > session.rows.level[line]!) session.selectLine(line + 1);
}

function collapseOrLeave(session: TraceSession): void {
  const line = session.selectedLine;
  if (line < 0) return;
  if (session.collapsedAt(line) === false) session.setCollapsed(line, true);
  else if (session.parentLine(line) >= 0) session.selectLine(session.parentLine(line));
}
