import * as vscode from 'vscode';
import type { EngineStatus, Severity } from '../protocol/engine';
import { hintText } from './hints/hintLayout';
import type { Host } from './host';

/** One hint as a person sees it. */
export interface ShownHint {
  /** 0-based. */
  readonly line: number;
  /** All words, with the trend. */
  readonly text: string;
  readonly severity: Severity;
  readonly symbol: string;
}

/** What `activate` returns, for other extensions and for tests. */
export interface SpanlightApi {
  /** The hints of a file on screen, by line; empty while there are none or the file was just edited. */
  shownHints(uri: vscode.Uri): readonly ShownHint[];
  /** As in the status item; undefined while no engine runs. */
  status(): EngineStatus | undefined;
  /** The status item's words. */
  statusText(): string;
  /** The status item's tooltip, as Markdown. */
  statusTooltip(): string;
  /** Opens a trace that Spanlight keeps. */
  openTrace(traceId: string, spanId?: string): Promise<void>;
  /** Waits until the engine runs. */
  ready(): Promise<void>;
}

/** @param host the parts that answer. */
export function createApi(host: Host): SpanlightApi {
  return {
    shownHints(uri) {
      const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
      const hints = document === undefined ? [] : (host.hints.current(document) ?? []);
      return hints.map(({ line, parts, trend, severity, symbol }) => ({
        line,
        text: hintText({ parts, trend }),
        severity,
        symbol,
      }));
    },
    status: () => host.status.status,
    statusText: () => host.status.text,
    statusTooltip: () => host.status.tooltip,
    openTrace: (traceId, spanId) => host.traces.show(traceId, spanId),
    ready: () => host.engine.start(),
  };
}
