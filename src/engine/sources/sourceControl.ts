import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { TraceId } from '../../model/ids';
import type { ServiceSummary, SourceCapabilities } from '../../model/traceSource';
import type { BackendRequests, SourceStatus, TracesSettings } from '../../protocol/backends';
import type { Backend, ConnectionStep } from '../../traces/backends/backend';
import {
  BACKENDS_SETTING,
  readBackendConfig,
  readBackendConfigs,
  type ReadBackends,
} from '../../traces/backends/backendConfig';
import { BACKEND_TYPES, createBackend } from '../../traces/backends/createBackend';
import type { SecretProvider } from '../../traces/backends/secrets';
import { ActiveSource } from './activeSource';
import { BackendSource } from './backendSource';
import type { EmbeddedSource } from './embeddedSource';
import { networkOptions } from './networkOptions';

/** The name of the source that needs no backend. */
const EMBEDDED = 'embedded';

const EMBEDDED_STATUS: SourceStatus = {
  ...{ name: EMBEDDED, kind: EMBEDDED, state: 'ready', operations: 'exact' },
  ...{ reasons: [], requests: 0, bytesReceived: 0 },
};

export interface SourceControlOptions {
  readonly embedded: EmbeddedSource;
  readonly secrets: SecretProvider;
  readonly logger: Logger;
  /** The services whose operations are worth asking for, out of all that a backend knows. */
  readonly relevant: (services: readonly ServiceSummary[]) => readonly string[];
}

interface InUse {
  readonly backend: Backend;
  readonly live: BackendSource;
  readonly url: string;
}

/** Makes the source that the settings name the active one, and tests others. */
export class SourceControl implements Disposable {
  readonly active: ActiveSource;
  private readonly changed = new Emitter<void>();
  /** {@link status} would say something else now. */
  readonly onDidChange = this.changed.event;
  private settings: TracesSettings = { backends: undefined, backend: EMBEDDED, hidden: [], network: {} };
  private known: ReadBackends = { backends: [], problems: [] };
  private inUse: InUse | undefined;
  private wanted = '';
  /** Why the backend that was chosen is not in use. */
  private problem: string | undefined;

  constructor(private readonly options: SourceControlOptions) {
    this.active = new ActiveSource(options.embedded);
  }

  /** Follows the settings; a backend whose settings are as before stays as it is. */
  configure(settings: TracesSettings): void {
    this.settings = settings;
    this.known = readBackendConfigs(settings.backends, BACKEND_TYPES);
    for (const problem of this.known.problems) this.options.logger.warn(describeError(problem));
    const name = settings.backend.trim();
    const config = this.known.backends.find((candidate) => candidate.name === name);
    const wanted = JSON.stringify([name, config, settings.network]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    const before = this.inUse;
    this.inUse = undefined;
    this.problem = config === undefined ? this.whyNoBackend(name) : undefined;
    if (config !== undefined) {
      const backend = createBackend(config, this.deps());
      const { logger, relevant } = this.options;
      const live = new BackendSource({ backend, logger, relevant });
      live.onDidChange(() => this.changed.fire());
      this.inUse = { backend, live, url: config.url };
    }
    this.active.use(this.inUse?.live ?? this.options.embedded);
    release(before);
    this.changed.fire();
  }

  status(): SourceStatus {
    if (this.inUse === undefined) {
      if (this.problem === undefined) return EMBEDDED_STATUS;
      const brief = `no backend “${this.settings.backend.trim()}”`;
      return { ...EMBEDDED_STATUS, state: 'failed', problem: this.problem, brief };
    }
    const { backend, url, live } = this.inUse;
    return {
      ...{ name: backend.name, kind: backend.kind, label: labelOf(backend.kind), url, ...live.state },
      operations: backend.capabilities.operations,
      reasons: reasonsOf(backend.capabilities),
      requests: backend.traffic.requests,
      bytesReceived: backend.traffic.bytesReceived,
      ...(backend.traffic.left === undefined ? {} : { left: backend.traffic.left }),
    };
  }

  backends(): BackendRequests['spanlight/backends']['result'] {
    return {
      active: this.inUse?.backend.name ?? EMBEDDED,
      backends: this.known.backends.map(({ name, kind, url }) => ({ name, kind, url, label: labelOf(kind) })),
      kinds: BACKEND_TYPES.map(({ kind, label, exampleUrl, auth, authHeader, options }) => ({
        ...{ kind, label, exampleUrl, auth, options },
        ...(authHeader === undefined ? {} : { authHeader }),
      })),
      problems: this.known.problems.map(describeError),
    };
  }

  /**
   * Tries an entry of the setting as if it were in use.
   * @throws SpanlightError if the entry cannot be read.
   */
  async *test(entry: unknown, signal: AbortSignal): AsyncGenerator<ConnectionStep> {
    const backend = createBackend(readBackendConfig(entry, BACKENDS_SETTING, BACKEND_TYPES), this.deps());
    try {
      yield* backend.testConnection(signal);
    } finally {
      backend.dispose();
    }
  }

  /** Somebody looks at hints or views: a backend that was left alone is asked again. */
  used(): void {
    this.inUse?.live.used();
  }

  retry(): void {
    this.inUse?.live.retry();
  }

  /** The page for a trace of the backend in use. */
  link(id: TraceId): { url: string; label: string } | null {
    const url = this.inUse?.backend.deepLink(id);
    return url === undefined ? null : { url, label: this.inUse!.backend.name };
  }

  dispose(): void {
    release(this.inUse);
    this.active.dispose();
    this.changed.dispose();
  }

  private deps() {
    const { secrets, logger } = this.options;
    return { secrets, logger, transport: networkOptions(this.settings.network) };
  }

  private whyNoBackend(name: string): string | undefined {
    if (name === '' || name === EMBEDDED) return undefined;
    const [problem] = this.known.problems;
    const why = problem === undefined ? '' : ` ${describeError(problem)}`;
    return `There is no backend called “${name}” in ${BACKENDS_SETTING}.${why} Shown is what was received here.`;
  }
}

function release(used: InUse | undefined): void {
  used?.live.dispose();
  used?.backend.dispose();
}

function labelOf(kind: string): string {
  return BACKEND_TYPES.find((type) => type.kind === kind)?.label ?? kind;
}

function reasonsOf({ reasons = {} }: SourceCapabilities): string[] {
  return [...new Set(Object.values(reasons))];
}
