import { CancellationTokenSource, type Connection } from 'vscode-languageserver/node';
import type { HostRequests } from '../../protocol/backends';
import type { SecretProvider, SecretRequest } from '../../traces/backends/secrets';
import type { Notify } from '../refresher';

type Asked = HostRequests['spanlight/secret'];

/** Secrets out of the editor's own storage; the host asks the user where it has none. */
export class HostSecrets implements SecretProvider {
  constructor(
    private readonly connection: Connection,
    private readonly notify: Notify,
  ) {}

  async secret(
    { backend, url, name, prompt, session }: SecretRequest,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    signal.throwIfAborted();
    const params: Asked['params'] = { backend, url, name, prompt, ...(session === undefined ? {} : { session }) };
    // Whoever does not want an answer any more takes the question off the screen.
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const secret = await this.connection.sendRequest<Asked['result']>('spanlight/secret', params, source.token);
      return secret ?? undefined;
    } finally {
      signal.removeEventListener('abort', cancel);
      source.dispose();
      signal.throwIfAborted();
    }
  }

  refused({ backend, url, name }: SecretRequest): void {
    this.notify('spanlight/secretRefused', { backend, url, name });
  }
}
