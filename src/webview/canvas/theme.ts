import { Emitter } from '../../base/event';
import type { Disposable } from '../../base/disposable';
import { SERVICE_HUES, serviceColorIndex, serviceTones } from '../../protocol/serviceColor';
import { brightness, cssColor, mixColors, parseColor, type Rgba } from '../layout/color';

export interface ServiceColor {
  readonly solid: string;
  /** For the time a span waits for its children. */
  readonly light: string;
}

/** The colours and fonts of VS Code's theme, read out of its CSS variables for drawing on a canvas. */
export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly error: string;
  readonly warning: string;
  readonly link: string;
  readonly guide: string;
  readonly grid: string;
  readonly border: string;
  readonly hover: string;
  readonly selection: string;
  readonly selectionText: string;
  readonly inactiveSelection: string;
  readonly focus: string;
  readonly match: string;
  readonly brush: string;
  readonly highContrast: boolean;
  readonly font: string;
  readonly smallFont: string;
  /** One per hue and tone. */
  readonly services: readonly (readonly ServiceColor[])[];
}

/** Reads the theme as it is now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const pen = document.createElement('canvas').getContext('2d');
  const read = (names: readonly string[], fallback: string): Rgba => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value === '' || pen === null) continue;
      pen.fillStyle = '#000000';
      pen.fillStyle = value;
      const color = parseColor(pen.fillStyle);
      if (color !== undefined && color.a > 0) return color;
    }
    return parseColor(fallback)!;
  };
  const background = read(['editor-background'], '#1f1f1f');
  const foreground = read(['foreground', 'editor-foreground'], brightness(background) > 0.5 ? '#3b3b3b' : '#cccccc');
  const css = (names: readonly string[], fallback: Rgba) => cssColor(read(names, cssColor(fallback)));
  const size = Number.parseFloat(style.getPropertyValue('--vscode-font-size')) || 13;
  const family = style.getPropertyValue('--vscode-font-family').trim() || 'system-ui, sans-serif';
  const faint = (share: number) => mixColors(background, foreground, share);
  const highContrast = document.body.classList.contains('vscode-high-contrast');
  return {
    background: cssColor(background),
    foreground: cssColor(foreground),
    muted: highContrast ? cssColor(foreground) : css(['descriptionForeground'], faint(0.65)),
    error: css(['editorError-foreground', 'errorForeground'], { r: 241, g: 76, b: 76, a: 1 }),
    warning: css(['editorWarning-foreground'], { r: 204, g: 167, b: 0, a: 1 }),
    link: css(['textLink-foreground'], { r: 55, g: 148, b: 255, a: 1 }),
    guide: css(['tree-indentGuidesStroke'], faint(0.25)),
    grid: cssColor(faint(highContrast ? 0.25 : 0.08)),
    border: css(['contrastBorder', 'panel-border', 'widget-border'], faint(0.2)),
    hover: css(['list-hoverBackground'], faint(0.06)),
    selection: css(['list-activeSelectionBackground'], faint(0.2)),
    selectionText: css(['list-activeSelectionForeground'], foreground),
    inactiveSelection: css(['list-inactiveSelectionBackground'], faint(0.12)),
    focus: css(['contrastActiveBorder', 'focusBorder'], foreground),
    match: css(['editor-findMatchBackground', 'editor-findMatchHighlightBackground', 'focusBorder'], foreground),
    brush: css(['focusBorder'], foreground),
    highContrast,
    font: `${size}px ${family}`,
    smallFont: `${Math.round(size * 0.88)}px ${family}`,
    services: SERVICE_HUES.map((hue) =>
      tonesOf(read([hue.replace('.', '-')], HUE_FALLBACK[hue]), background, foreground),
    ),
  };
}

const HUE_FALLBACK = {
  'charts.blue': '#3794ff',
  'charts.green': '#89d185',
  'charts.orange': '#d18616',
  'charts.purple': '#b180d7',
  'charts.yellow': '#cca700',
} as const;

/** The hue, a paler and a deeper mix of it; the light variants stay apart from all of them. */
function tonesOf(hue: Rgba, background: Rgba, foreground: Rgba): ServiceColor[] {
  return [hue, mixColors(hue, foreground, 0.45), mixColors(hue, background, 0.35)].map((solid) => ({
    solid: cssColor(solid),
    light: cssColor(mixColors(solid, background, 0.6)),
  }));
}

/** The colours of the services of one trace, by service index. */
export function serviceColors(theme: Theme, services: readonly string[]): ServiceColor[] {
  const tones = serviceTones(services);
  return services.map((service, i) => theme.services[serviceColorIndex(service)]![tones[i]!]!);
}

/** Holds the current theme and tells when VS Code changes it. */
export class ThemeWatcher implements Disposable {
  private theme = readTheme();
  private readonly emitter = new Emitter<Theme>();
  readonly onDidChange = this.emitter.event;
  private readonly observer: MutationObserver;

  constructor() {
    // VS Code writes its variables into the style of <html> and the kind of the theme into the class of <body>.
    this.observer = new MutationObserver(() => {
      this.theme = readTheme();
      this.emitter.fire(this.theme);
    });
    this.observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
    this.observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  get current(): Theme {
    return this.theme;
  }

  dispose(): void {
    this.observer.disconnect();
    this.emitter.dispose();
  }
}
