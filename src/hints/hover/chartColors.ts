import type { ThemeKind } from '../../model/hover';

/** What the picture is drawn with: an image cannot see the theme's variables, so it brings the colours of its kind. */
export interface ChartColors {
  readonly bar: string;
  readonly failed: string;
  readonly text: string;
  readonly line: string;
  readonly mark: string;
  /** Failed bars are hatched too: high contrast themes tell nothing by colour alone. */
  readonly hatched: boolean;
}

const COLORS: Readonly<Record<ThemeKind, ChartColors>> = {
  light: { bar: '#1a85ff', failed: '#e51400', text: '#3b3b3b', line: '#949494', mark: '#3b3b3b', hatched: false },
  dark: { bar: '#3794ff', failed: '#f14c4c', text: '#cccccc', line: '#808080', mark: '#e0e0e0', hatched: false },
  highContrast: { bar: '#ffffff', failed: '#ff7b72', text: '#ffffff', line: '#6fc3df', mark: '#6fc3df', hatched: true },
  highContrastLight: {
    bar: '#292929',
    failed: '#b5200d',
    text: '#292929',
    line: '#0f4a85',
    mark: '#0f4a85',
    hatched: true,
  },
};

/** The colours for a kind of theme. */
export function chartColors(theme: ThemeKind): ChartColors {
  return COLORS[theme];
}
