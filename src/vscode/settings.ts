import * as vscode from 'vscode';
import { Emitter, type Event } from '../base/event';
import { DisposableStore, type Disposable } from '../base/disposable';
import type { Logger } from '../base/logger';
import type { EngineSettings } from '../protocol/engine';
import type { HintStyle } from './contributions';
import { readSetting, tellOfUnusedSettings } from './register';

/** The settings as typed values, with one event for changes and for trust granted. */
export class Settings implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new Emitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;

  /** @param log is told of values that a setting cannot hold. */
  constructor(log: Logger) {
    tellOfUnusedSettings(log);
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('spanlight')) return;
        tellOfUnusedSettings(log);
        this.changed.fire();
      }),
    );
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()));
  }

  get hintStyle(): HintStyle {
    return readSetting('spanlight.hints.style');
  }

  /** What the engine needs to know. */
  engine(): EngineSettings {
    return {
      receiver: {
        start: readSetting('spanlight.receiver.start'),
        host: readSetting('spanlight.receiver.host'),
        httpPort: readSetting('spanlight.receiver.httpPort'),
        grpcPort: readSetting('spanlight.receiver.grpcPort'),
      },
      traces: {
        backends: readSetting('spanlight.backends'),
        backend: readSetting('spanlight.backend'),
        hidden: readSetting('spanlight.trace.hidden'),
        network: networkSettings(),
      },
      store: { maxMegabytes: readSetting('spanlight.store.maxMegabytes') },
      hints: {
        percentiles: readSetting('spanlight.hints.percentiles'),
        windowMinutes: readSetting('spanlight.hints.window'),
        minimumCalls: {
          p50: readSetting('spanlight.hints.minimumCalls.p50'),
          p95: readSetting('spanlight.hints.minimumCalls.p95'),
          p99: readSetting('spanlight.hints.minimumCalls.p99'),
        },
        warningMs: readSetting('spanlight.hints.warningMs'),
        errorMs: readSetting('spanlight.hints.errorMs'),
        warningErrorPercent: readSetting('spanlight.hints.warningErrorPercent'),
        errorErrorPercent: readSetting('spanlight.hints.errorErrorPercent'),
        byKind: upperCased(readSetting('spanlight.hints.byKind')),
        trend: readSetting('spanlight.hints.trend'),
      },
      source: {
        pathRules: [...readSetting('spanlight.source.paths'), ...readSetting('spanlight.source.pathRules')],
        services: readSetting('spanlight.source.services'),
      },
      lint: {
        scope: readSetting('spanlight.lint.scope'),
        severities: readSetting('spanlight.lint.severities'),
        coveredBy: readSetting('spanlight.lint.coveredBy'),
        injectHelpers: readSetting('spanlight.lint.injectHelpers'),
        extractHelpers: readSetting('spanlight.lint.extractHelpers'),
        assumedAgents: readSetting('spanlight.lint.assumedAgents'),
      },
      trusted: vscode.workspace.isTrusted,
    };
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

/** OpenTelemetry writes the kinds of spans in capitals; settings are written as VS Code's are. */
function upperCased<T>(byKind: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byKind).map(([kind, value]) => [kind.toUpperCase(), value]));
}

/** The editor's own settings for connections. */
function networkSettings(): EngineSettings['traces']['network'] {
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<string>('proxySupport') === 'off' ? '' : http.get<string>('proxy');
  const proxyAuthorization = http.get<string | null>('proxyAuthorization');
  const noProxy = http.get<readonly string[]>('noProxy');
  const strictSsl = http.get<boolean>('proxyStrictSSL');
  const systemCertificates = http.get<boolean>('systemCertificates');
  return {
    // An empty `http.proxy` leaves it to the environment; a proxy switched off does not.
    ...(proxy === undefined || (proxy === '' && http.get('proxySupport') !== 'off') ? {} : { proxy }),
    ...(typeof proxyAuthorization === 'string' ? { proxyAuthorization } : {}),
    ...(noProxy === undefined || noProxy.length === 0 ? {} : { noProxy: [...noProxy] }),
    ...(strictSsl === undefined ? {} : { strictSsl }),
    ...(systemCertificates === undefined ? {} : { systemCertificates }),
  };
}
