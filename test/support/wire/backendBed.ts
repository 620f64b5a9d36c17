import { nullLogger, type Logger } from '../../../src/base/logger';
import type { BackendDeps } from '../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../src/traces/backends/backendConfig';
import type { SecretProvider, SecretRequest } from '../../../src/traces/backends/secrets';

/** A configuration for tests; everything but `kind` and `url` may be left out. */
export function backendConfig(config: Pick<BackendConfig, 'kind' | 'url'> & Partial<BackendConfig>): BackendConfig {
  return { name: `${config.kind} under test`, auth: 'none', headers: {}, options: {}, ...config };
}

/** A provider of one secret that counts what it is asked. */
export class TestSecrets implements SecretProvider {
  readonly asked: SecretRequest[] = [];
  refusals = 0;

  constructor(private readonly value: string | undefined = 'correct-horse-battery') {}

  secret(request: SecretRequest): Promise<string | undefined> {
    this.asked.push(request);
    return Promise.resolve(this.value);
  }

  refused(): void {
    this.refusals++;
  }
}

/** A logger that keeps every line. */
export class TestLog implements Logger {
  readonly lines: string[] = [];
  readonly debug = (message: string): void => void this.lines.push(message);
  readonly info = this.debug;
  readonly warn = this.debug;
  readonly error = this.debug;
}

/** What a backend needs, with short waits. */
export function backendDeps(deps: Partial<BackendDeps> = {}): BackendDeps {
  return {
    secrets: new TestSecrets(),
    transport: { connectTimeoutMs: 2_000, headersTimeoutMs: 5_000, bodyTimeoutMs: 5_000 },
    logger: nullLogger,
    environment: {},
    retry: { attempts: 3, firstDelayMs: 5, maxDelayMs: 10, maxRetryAfterMs: 3_000 },
    ...deps,
  };
}
