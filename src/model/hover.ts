import type { Line0 } from '../base/positions';
import type { SpanId, TraceId } from './ids';
import type { OperationId } from './operation';

/** The kinds of colour theme VS Code tells apart. */
export type ThemeKind = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

/** What a link does when it is clicked; the host turns it into a command. */
export type LinkAction =
  | { readonly kind: 'openTrace'; readonly traceId: TraceId; readonly spanId?: SpanId }
  | { readonly kind: 'openLocation'; readonly uri: string; readonly line: Line0 }
  /** Traces with calls of `operation`, or what `query` (TraceQL) finds. */
  | { readonly kind: 'searchTraces'; readonly query: string; readonly operation?: OperationId }
  | { readonly kind: 'command'; readonly command: string; readonly args?: readonly string[] };

export interface TextSpan {
  readonly text: string;
  readonly style?: 'strong' | 'muted' | 'warning' | 'error' | 'code';
  readonly link?: LinkAction;
}

/** The hover, drawn by the host: a line per row. */
export interface HoverContent {
  /** 0-based lines and columns the hover belongs to. */
  readonly range: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
  readonly sections: readonly HoverSection[];
}

export interface HoverSection {
  readonly rows: readonly (readonly TextSpan[])[];
  /** An SVG document of its own, in the colours of the theme asked for; drawn above the rows. */
  readonly chart?: { readonly svg: string; readonly alt: string };
}
