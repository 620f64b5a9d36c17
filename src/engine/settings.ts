import type { HintThresholds } from '../model/hint';
import { SPAN_KINDS } from '../model/operation';
import type { EngineSettings } from '../protocol/engine';
import { SettingsSection } from './settingsSection';

/** Health checks, probes, scrapes, and what a browser loads besides. */
const HIDDEN_BY_DEFAULT = [
  ...['/health', '/health/*', '/healthz', '/healthcheck', '/livez', '/live', '/readyz', '/ready', '/ping', '/metrics'],
  ...['/actuator/*', '/favicon.ico', '*.css', '*.js', '*.map', '*.png', '*.jpg', '*.svg', '*.ico', '*.woff', '*.woff2'],
  'grpc.health.v1.Health/*',
];

/** What holds where a setting is missing or of the wrong type. */
export const DEFAULT_SETTINGS: EngineSettings = {
  receiver: { start: 'auto', host: '127.0.0.1', httpPort: 4318, grpcPort: 4317 },
  store: { maxMegabytes: 256 },
  traces: { backends: [], backend: 'embedded', hidden: HIDDEN_BY_DEFAULT, network: {} },
  hints: {
    percentiles: [50, 95],
    windowMinutes: 15,
    minimumCalls: { p50: 5, p95: 20, p99: 100 },
    warningMs: 500,
    errorMs: 2000,
    warningErrorPercent: 1,
    errorErrorPercent: 5,
    byKind: {},
    trend: true,
  },
  source: { pathRules: [], services: {} },
  lint: {
    scope: 'openFiles',
    severities: {},
    coveredBy: [],
    injectHelpers: [],
    extractHelpers: [],
    assumedAgents: [],
  },
  trusted: false,
};

/**
 * Settings out of whatever the host sent: a value of the wrong type or out of range becomes the default and is told to
 * `complain`, so that one bad line in a settings file does not switch Spanlight off.
 */
export function readSettings(value: unknown, complain: (sentence: string) => void): EngineSettings {
  const root = new SettingsSection(value, '', complain);
  const receiver = root.section('receiver');
  const hints = root.section('hints');
  const minimum = hints.section('minimumCalls');
  const source = root.section('source');
  const defaults = DEFAULT_SETTINGS;
  return {
    receiver: {
      start: receiver.choice('start', ['auto', 'always', 'never'], defaults.receiver.start),
      host: receiver.text('host', defaults.receiver.host),
      httpPort: receiver.number('httpPort', 0, 65_535, defaults.receiver.httpPort),
      grpcPort: receiver.number('grpcPort', 0, 65_535, defaults.receiver.grpcPort),
    },
    traces: readTraces(root.section('traces', '')),
    store: { maxMegabytes: root.section('store').number('maxMegabytes', 1, 65_536, defaults.store.maxMegabytes) },
    hints: {
      percentiles: hints.percentiles('percentiles', defaults.hints.percentiles),
      windowMinutes: hints.number('windowMinutes', 1, 24 * 60, defaults.hints.windowMinutes),
      minimumCalls: {
        p50: minimum.number('p50', 1, 1e9, defaults.hints.minimumCalls.p50),
        p95: minimum.number('p95', 1, 1e9, defaults.hints.minimumCalls.p95),
        p99: minimum.number('p99', 1, 1e9, defaults.hints.minimumCalls.p99),
      },
      warningMs: hints.number('warningMs', 0, 1e12, defaults.hints.warningMs),
      errorMs: hints.number('errorMs', 0, 1e12, defaults.hints.errorMs),
      warningErrorPercent: hints.number('warningErrorPercent', 0, 100, defaults.hints.warningErrorPercent),
      errorErrorPercent: hints.number('errorErrorPercent', 0, 100, defaults.hints.errorErrorPercent),
      byKind: thresholdsByKind(hints.section('byKind')),
      trend: hints.flag('trend', defaults.hints.trend),
    },
    source: {
      pathRules: source.pathRules('pathRules'),
      services: source.textMap('services', 'an object from service to folder'),
    },
    lint: readLint(root.section('lint')),
    trusted: root.flag('trusted', defaults.trusted),
  };
}

function readLint(section: SettingsSection): EngineSettings['lint'] {
  const defaults = DEFAULT_SETTINGS.lint;
  return {
    scope: section.choice('scope', ['openFiles', 'workspace', 'off'], defaults.scope),
    severities: section.textMap('severities', 'an object from rule to severity'),
    coveredBy: section.texts('coveredBy', defaults.coveredBy),
    injectHelpers: section.texts('injectHelpers', defaults.injectHelpers),
    extractHelpers: section.texts('extractHelpers', defaults.extractHelpers),
    assumedAgents: section.texts('assumedAgents', defaults.assumedAgents),
  };
}

const LARGEST: Readonly<Record<keyof HintThresholds, number>> = {
  warningMs: 1e12,
  errorMs: 1e12,
  warningErrorPercent: 100,
  errorErrorPercent: 100,
};

/** Only what is set and fits: the rest is as for all spans. */
function thresholdsByKind(section: SettingsSection): NonNullable<EngineSettings['hints']['byKind']> {
  const kinds = SPAN_KINDS.flatMap((kind) => {
    const own = section.section(kind);
    const set = Object.entries(LARGEST).flatMap(([key, most]) => {
      const value = own.number(key, 0, most, Number.NaN);
      return Number.isNaN(value) ? [] : [[key, value] as const];
    });
    return set.length === 0 ? [] : [[kind, Object.fromEntries(set)] as const];
  });
  return Object.fromEntries(kinds);
}

function readTraces(section: SettingsSection): EngineSettings['traces'] {
  const defaults = DEFAULT_SETTINGS.traces;
  const network = section.section('network', 'http');
  const proxy = network.optional('proxy', (name) => network.text(name, ''));
  const proxyAuthorization = network.optional('proxyAuthorization', (name) => network.text(name, ''));
  const noProxy = network.optional('noProxy', (name) => network.texts(name, []));
  const strictSsl = network.optional('strictSsl', (name) => network.flag(name, true));
  const systemCertificates = network.optional('systemCertificates', (name) => network.flag(name, true));
  return {
    // What is wrong with an entry is told with its place by whoever reads the list.
    backends: section.raw('backends') ?? defaults.backends,
    backend: section.text('backend', defaults.backend),
    hidden: section.texts('hidden', defaults.hidden),
    network: { ...proxy, ...proxyAuthorization, ...noProxy, ...strictSsl, ...systemCertificates },
  };
}
