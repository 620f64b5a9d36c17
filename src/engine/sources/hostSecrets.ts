import type { Connection } from 'vscode-languageserver/node';
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

  async secret({ backend, name, prompt }: SecretRequest, signal: AbortSignal): Promise<string | undefined> {
    const params: Asked['params'] = { backend, name, prompt };
    const secret = await this.connection.sendRequest<Asked['result']>('spanlight/secret', params);
    signal.throwIfAborted();
    return secret ?? undefined;
  }

  refused({ backend, name }: SecretRequest): void {
    this.notify('spanlight/secretRefused', { backend, name });
  }
}
