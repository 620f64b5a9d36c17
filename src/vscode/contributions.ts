/**
 * Everything the manifest contributes, once and typed: a test holds package.json and package.nls.json against these
 * tables, and `register.ts` types commands and settings by them.
 */

/** Commands and what they are called with. Arguments come from menus, links and keybindings, so all of them may be missing. */
export interface CommandArguments {
  'spanlight.showMenu': [];
  'spanlight.openTraceById': [];
  'spanlight.searchTraces': [query?: string, operation?: string];
  'spanlight.searchTracesHere': [];
  'spanlight.openTraceFile': [];
  'spanlight.search.openTrace': [found?: unknown];
  'spanlight.search.copyTraceId': [found?: unknown];
  'spanlight.showLatencyAtCursor': [];
  'spanlight.whyNothing': [];
  'spanlight.whyHere': [];
  'spanlight.pickPlace': [operation?: string, uri?: string, line?: string | number];
  'spanlight.notThisCode': [operation?: string];
  'spanlight.forgetPick': [];
  'spanlight.forgetAllPicks': [];
  'spanlight.sharePicks': [];
  'spanlight.locatePath': [operation?: string];
  'spanlight.addPathRule': [from?: string, to?: string];
  'spanlight.copySnippet': [node?: unknown];
  'spanlight.insertSnippet': [node?: unknown];
  'spanlight.revealInTrace': [];
  'spanlight.openSlowestTrace': [];
  'spanlight.openFailedTrace': [];
  'spanlight.copyExporterEnvironment': [];
  'spanlight.startReceiver': [];
  'spanlight.stopReceiver': [];
  'spanlight.clear': [];
  'spanlight.showMappingReport': [];
  'spanlight.showTracingFacts': [];
  'spanlight.forgetRefutations': [];
  'spanlight.addBackend': [];
  'spanlight.chooseBackend': [];
  'spanlight.testBackend': [];
  'spanlight.retryBackend': [];
  'spanlight.removeBackendSecret': [];
  'spanlight.openInBackend': [traceId?: string];
  'spanlight.showOutput': [];
  'spanlight.restartEngine': [];
  'spanlight.firstSteps': [];
  'spanlight.openSettings': [setting?: string];
  'spanlight.services.refresh': [];
  'spanlight.services.filter': [];
  'spanlight.services.clearFilter': [];
  'spanlight.services.sortByTotalTime': [];
  'spanlight.services.sortByP95': [];
  'spanlight.services.sortByErrors': [];
  'spanlight.services.sortByName': [];
  'spanlight.services.openCode': [item?: unknown];
  'spanlight.services.openTraces': [item?: unknown];
  'spanlight.services.openSlowest': [item?: unknown];
  'spanlight.openTrace': [traceId?: string, spanId?: string];
  'spanlight.openLocation': [uri?: string, line?: number];
  'spanlight.showLensAt': [uri?: string, line?: number];
}

export type CommandId = keyof CommandArguments;

export interface CommandContribution {
  /** As shown in the palette and in menus, from package.nls.json. */
  readonly title: string;
  /** Offered in the command palette; the others need an argument that only a menu or a link has. */
  readonly palette: boolean;
  /** Only offered with a text editor that has the focus. */
  readonly needsEditor?: boolean;
}

export const commands: Readonly<Record<CommandId, CommandContribution>> = {
  'spanlight.showMenu': { title: 'Show Menu', palette: true },
  'spanlight.openTraceById': { title: 'Open Trace by Id…', palette: true },
  'spanlight.searchTraces': { title: 'Search Traces', palette: true },
  'spanlight.searchTracesHere': { title: 'Search Traces Here', palette: true, needsEditor: true },
  'spanlight.openTraceFile': { title: 'Open Trace File…', palette: true },
  'spanlight.search.openTrace': { title: 'Open Trace', palette: false },
  'spanlight.search.copyTraceId': { title: 'Copy Trace Id', palette: false },
  'spanlight.showLatencyAtCursor': { title: 'Show Latency at Cursor', palette: true, needsEditor: true },
  'spanlight.whyNothing': { title: 'Why Is Nothing Shown Here?', palette: true, needsEditor: true },
  'spanlight.whyHere': { title: 'Why Here?', palette: true, needsEditor: true },
  'spanlight.pickPlace': { title: 'Pick Code of Operation…', palette: true },
  'spanlight.notThisCode': { title: 'Not This Code', palette: true, needsEditor: true },
  'spanlight.forgetPick': { title: 'Forget a Pick…', palette: true },
  'spanlight.forgetAllPicks': { title: 'Forget All Picks', palette: true },
  'spanlight.sharePicks': { title: 'Share Picks with the Repository', palette: true },
  'spanlight.locatePath': { title: 'Say Where a Path Lies…', palette: true },
  'spanlight.addPathRule': { title: 'Add Path Rule', palette: false },
  'spanlight.copySnippet': { title: 'Copy Snippet', palette: false },
  'spanlight.insertSnippet': { title: 'Insert Snippet at Cursor', palette: false },
  'spanlight.revealInTrace': { title: 'Reveal in Trace', palette: true, needsEditor: true },
  'spanlight.openSlowestTrace': { title: 'Open Slowest Trace', palette: true, needsEditor: true },
  'spanlight.openFailedTrace': { title: 'Open Failed Trace', palette: true, needsEditor: true },
  'spanlight.copyExporterEnvironment': { title: 'Copy Exporter Environment', palette: true },
  'spanlight.startReceiver': { title: 'Start Receiver', palette: true },
  'spanlight.stopReceiver': { title: 'Stop Receiver', palette: true },
  'spanlight.clear': { title: 'Clear Collected Data', palette: true },
  'spanlight.showMappingReport': { title: 'Show Mapping Report', palette: true },
  'spanlight.showTracingFacts': { title: 'Why Is This Covered?', palette: true },
  'spanlight.forgetRefutations': { title: 'Forget What Traces Refuted', palette: true },
  'spanlight.addBackend': { title: 'Add Backend…', palette: true },
  'spanlight.chooseBackend': { title: 'Choose Backend', palette: true },
  'spanlight.testBackend': { title: 'Test Backend', palette: true },
  'spanlight.retryBackend': { title: 'Retry Backend', palette: true },
  'spanlight.removeBackendSecret': { title: 'Remove Backend Secret…', palette: true },
  'spanlight.openInBackend': { title: 'Open Trace in Backend', palette: true },
  'spanlight.showOutput': { title: 'Show Output', palette: true },
  'spanlight.restartEngine': { title: 'Restart Engine', palette: true },
  'spanlight.firstSteps': { title: 'Show First Steps', palette: true },
  'spanlight.openSettings': { title: 'Open Settings', palette: true },
  'spanlight.services.refresh': { title: 'Refresh Services', palette: true },
  'spanlight.services.filter': { title: 'Filter Services…', palette: true },
  'spanlight.services.clearFilter': { title: 'Clear Filter', palette: false },
  'spanlight.services.sortByTotalTime': { title: 'Sort by Total Time', palette: false },
  'spanlight.services.sortByP95': { title: 'Sort by p95', palette: false },
  'spanlight.services.sortByErrors': { title: 'Sort by Errors', palette: false },
  'spanlight.services.sortByName': { title: 'Sort by Name', palette: false },
  'spanlight.services.openCode': { title: 'Open Code', palette: false },
  'spanlight.services.openTraces': { title: 'Open Traces', palette: false },
  'spanlight.services.openSlowest': { title: 'Open Slowest Trace', palette: false },
  'spanlight.openTrace': { title: 'Open Trace', palette: false },
  'spanlight.openLocation': { title: 'Open Location', palette: false },
  'spanlight.showLensAt': { title: 'Show Latency', palette: false },
};

export type HintStyle = 'decoration' | 'codeLens' | 'inlay' | 'off';
export type LintScope = 'openFiles' | 'workspace' | 'off';
export type ReceiverStart = 'auto' | 'always' | 'never';

export interface ThresholdsSetting {
  readonly warningMs?: number;
  readonly errorMs?: number;
  readonly warningErrorPercent?: number;
  readonly errorErrorPercent?: number;
}

export interface PathRuleSetting {
  readonly from: string;
  readonly to: string;
}

/** Settings and what they hold. */
export interface SettingTypes {
  'spanlight.hints.style': HintStyle;
  'spanlight.hints.percentiles': readonly number[];
  'spanlight.hints.window': number;
  'spanlight.hints.minimumCalls.p50': number;
  'spanlight.hints.minimumCalls.p95': number;
  'spanlight.hints.minimumCalls.p99': number;
  'spanlight.hints.warningMs': number;
  'spanlight.hints.errorMs': number;
  'spanlight.hints.warningErrorPercent': number;
  'spanlight.hints.errorErrorPercent': number;
  'spanlight.hints.byKind': Readonly<Record<string, ThresholdsSetting>>;
  'spanlight.hints.trend': boolean;
  'spanlight.receiver.start': ReceiverStart;
  'spanlight.receiver.host': string;
  'spanlight.receiver.httpPort': number;
  'spanlight.receiver.grpcPort': number;
  /** As written: the engine reads the entries and says what is wrong with one. */
  'spanlight.backends': readonly unknown[];
  'spanlight.backend': string;
  'spanlight.trace.hidden': readonly string[];
  'spanlight.store.maxMegabytes': number;
  'spanlight.source.paths': readonly PathRuleSetting[];
  /** What `paths` was called. */
  'spanlight.source.pathRules': readonly PathRuleSetting[];
  'spanlight.source.services': Readonly<Record<string, string>>;
  'spanlight.lint.scope': LintScope;
  /** As written: the engine knows the rules. */
  'spanlight.lint.severities': Readonly<Record<string, string>>;
  'spanlight.lint.coveredBy': readonly string[];
  'spanlight.lint.injectHelpers': readonly string[];
  'spanlight.lint.extractHelpers': readonly string[];
  'spanlight.lint.assumedAgents': readonly string[];
}

export type SettingId = keyof SettingTypes;

export interface SettingContribution<T> {
  readonly default: T;
  /** VS Code hands on whatever a user typed; what is not accepted is answered with the default. */
  readonly accepts: (value: unknown) => boolean;
  /** The workspace's value is ignored in Restricted Mode. */
  readonly restricted?: boolean;
}

export const settings: { readonly [K in SettingId]: SettingContribution<SettingTypes[K]> } = {
  'spanlight.hints.style': { default: 'decoration', accepts: oneOf('decoration', 'codeLens', 'inlay', 'off') },
  'spanlight.hints.percentiles': { default: [50, 95], accepts: listOf(numberWithin(1, 99.99)) },
  'spanlight.hints.window': { default: 15, accepts: numberWithin(1, 1440) },
  'spanlight.hints.minimumCalls.p50': { default: 5, accepts: integerWithin(1, 1e6) },
  'spanlight.hints.minimumCalls.p95': { default: 20, accepts: integerWithin(1, 1e6) },
  'spanlight.hints.minimumCalls.p99': { default: 100, accepts: integerWithin(1, 1e6) },
  'spanlight.hints.warningMs': { default: 500, accepts: numberWithin(0, 1e9) },
  'spanlight.hints.errorMs': { default: 2000, accepts: numberWithin(0, 1e9) },
  'spanlight.hints.warningErrorPercent': { default: 1, accepts: numberWithin(0, 100) },
  'spanlight.hints.errorErrorPercent': { default: 5, accepts: numberWithin(0, 100) },
  'spanlight.hints.byKind': { default: {}, accepts: isThresholdsByKind },
  'spanlight.hints.trend': { default: true, accepts: (value) => typeof value === 'boolean' },
  'spanlight.receiver.start': { default: 'auto', accepts: oneOf('auto', 'always', 'never'), restricted: true },
  'spanlight.receiver.host': { default: '127.0.0.1', accepts: isText, restricted: true },
  'spanlight.receiver.httpPort': { default: 4318, accepts: integerWithin(0, 65535), restricted: true },
  'spanlight.receiver.grpcPort': { default: 4317, accepts: integerWithin(0, 65535), restricted: true },
  'spanlight.backends': { default: [], accepts: Array.isArray, restricted: true },
  'spanlight.backend': { default: 'embedded', accepts: isText, restricted: true },
  'spanlight.trace.hidden': {
    default: [
      '/health',
      '/health/*',
      '/healthz',
      '/healthcheck',
      '/livez',
      '/live',
      '/readyz',
      '/ready',
      '/ping',
      '/metrics',
      '/actuator/*',
      '/favicon.ico',
      '*.css',
      '*.js',
      '*.map',
      '*.png',
      '*.jpg',
      '*.svg',
      '*.ico',
      '*.woff',
      '*.woff2',
      'grpc.health.v1.Health/*',
    ],
    accepts: listOf(isText),
  },
  'spanlight.store.maxMegabytes': { default: 256, accepts: integerWithin(16, 4096) },
  'spanlight.source.paths': { default: [], accepts: listOf(isPathRule), restricted: true },
  'spanlight.source.pathRules': { default: [], accepts: listOf(isPathRule), restricted: true },
  'spanlight.source.services': { default: {}, accepts: isTextMap, restricted: true },
  'spanlight.lint.scope': { default: 'openFiles', accepts: oneOf('openFiles', 'workspace', 'off') },
  'spanlight.lint.severities': { default: {}, accepts: isTextMap },
  'spanlight.lint.coveredBy': { default: [], accepts: listOf(isText) },
  'spanlight.lint.injectHelpers': { default: [], accepts: listOf(isText) },
  'spanlight.lint.extractHelpers': { default: [], accepts: listOf(isText) },
  'spanlight.lint.assumedAgents': { default: [], accepts: listOf(isText) },
};

/** Views, their container and the language status entry. */
export const views = {
  container: 'spanlight',
  services: 'spanlight.services',
  traces: 'spanlight.traces',
  mapping: 'spanlight.mapping',
} as const;
export const languageStatusId = 'spanlight.mapping';
export const statusItemId = 'spanlight.status';
export const tracePanelType = 'spanlight.trace';
export const traceFileType = 'spanlight.traceFile';
export const walkthroughId = 'firstHint';

/** Context keys, for `when` clauses, and what they hold. */
export interface ContextTypes {
  /** What the receiver does, or `none` while no engine runs. */
  'spanlight.receiver': 'none' | 'off' | 'starting' | 'listening' | 'failed';
  'spanlight.servicesFiltered': boolean;
  /** Whose traces are shown. */
  'spanlight.source': 'embedded' | 'backend' | 'backendFailed';
  /** What Spanlight can do with the folders that are open. */
  'spanlight.workspace': 'files' | 'virtual' | 'none';
  /** Steps of the walkthrough that are done in this window. */
  'spanlight.spansReceived': boolean;
  'spanlight.hintShown': boolean;
  'spanlight.traceOpened': boolean;
}

export type ContextId = keyof ContextTypes;

export const contextIds: Readonly<Record<ContextId, true>> = {
  'spanlight.receiver': true,
  'spanlight.servicesFiltered': true,
  'spanlight.source': true,
  'spanlight.workspace': true,
  'spanlight.spansReceived': true,
  'spanlight.hintShown': true,
  'spanlight.traceOpened': true,
};

/** Languages whose functions can carry hints, by VS Code's ids. */
export const supportedLanguages = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
  'python',
  'java',
  'go',
  'csharp',
  'kotlin',
  'ruby',
  'php',
  'rust',
  'elixir',
] as const;

/** Whether an id from outside (the engine, a link) names one of Spanlight's commands. */
export function isCommandId(id: string): id is CommandId {
  return Object.hasOwn(commands, id);
}

/** What to tell of a value that a setting cannot hold; undefined where it can. */
export function settingProblem(id: SettingId, value: unknown): string | undefined {
  const { accepts, default: fallback } = settings[id];
  if (accepts(value)) return undefined;
  const written = (JSON.stringify(value) ?? 'undefined').slice(0, 100);
  return `The setting ${id} cannot be ${written}; its default, ${JSON.stringify(fallback)}, is used.`;
}

function oneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && values.includes(value);
}

function numberWithin(least: number, most: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && value >= least && value <= most;
}

function integerWithin(least: number, most: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && numberWithin(least, most)(value);
}

function listOf(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(accepts);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isPathRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const rule = value as { from?: unknown; to?: unknown };
  return isText(rule.from) && typeof rule.to === 'string';
}

function isTextMap(value: unknown): boolean {
  return isEntries(value, (_, entry) => typeof entry === 'string');
}

const KINDS: readonly string[] = ['internal', 'server', 'client', 'producer', 'consumer'];
const THRESHOLDS: Readonly<Record<keyof ThresholdsSetting, (value: unknown) => boolean>> = {
  warningMs: numberWithin(0, 1e9),
  errorMs: numberWithin(0, 1e9),
  warningErrorPercent: numberWithin(0, 100),
  errorErrorPercent: numberWithin(0, 100),
};

function isThresholdsByKind(value: unknown): boolean {
  return isEntries(value, (kind, own) => KINDS.includes(kind) && isEntries(own, isThreshold));
}

function isThreshold(key: string, value: unknown): boolean {
  return Object.hasOwn(THRESHOLDS, key) && THRESHOLDS[key as keyof ThresholdsSetting](value);
}

function isEntries(value: unknown, accepts: (key: string, entry: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, entry]) => accepts(key, entry));
}
